# The shell of management.py: of files that may hold passwords only the lines that are asked for.

set +f
part files
set --
for path in /etc/puppet/puppet.conf /etc/puppetlabs/puppet/puppet.conf /var/lib/puppet/state/last_run_summary.yaml \
    /opt/puppetlabs/puppet/cache/state/last_run_summary.yaml /opt/puppetlabs/puppet/public/last_run_summary.yaml \
    /var/cache/puppet/state/last_run_summary.yaml /var/lib/puppet/classes.txt /var/lib/puppet/state/classes.txt \
    /opt/puppetlabs/puppet/cache/state/classes.txt /var/cache/puppet/state/classes.txt /var/lib/puppet/state/resources.txt \
    /opt/puppetlabs/puppet/cache/state/resources.txt /var/cache/puppet/state/resources.txt \
    /etc/chef/client.rb /etc/chef/first-boot.json /etc/chef/node.json /etc/cinc/client.rb /var/chef/cache/chef-client-running.pid \
    /var/log/chef/client.log /etc/salt/minion /etc/salt/minion.d/*.conf /etc/salt/minion_id /etc/salt/grains \
    /var/cache/salt/minion/highstate.cache.p /var/cfengine/policy_server.dat /var/cfengine/promise_summary.log \
    /var/cfengine/inputs/promises.cf /etc/ansible/facts.d/*.fact /etc/ansible/ansible.cfg /etc/ansible/hosts \
    /var/log/ansible-pull.log /root/.ansible.cfg /var/lib/cloud/data/result.json /var/lib/cloud/data/instance-id \
    /root/anaconda-ks.cfg /root/autoinst.xml /var/log/installer/hardware-summary /var/log/installer/cdebconf/questions.dat \
    /var/log/fai/localhost/install/fai.log /etc/landscape/client.conf /etc/rhsm/rhsm.conf /etc/pki/consumer/cert.pem \
    /etc/sysconfig/rhn/up2date /etc/sysconfig/rhn/systemid /etc/SUSEConnect /etc/zypp/credentials.d/SCCcredentials \
    /etc/.etckeeper /opt/rudder/etc/uuid.hive /opt/rudder/etc/policy_server.dat /etc/bcfg2.conf /etc/quattor.conf \
    /etc/mcollective/server.cfg /etc/ocsinventory/ocsinventory-agent.cfg /etc/glpi-agent/agent.cfg; do
    [ ! -f "$path" ] || set -- "$@" "$path"
done
[ ! -d /root/.ansible ] || set -- "$@" /root/.ansible
[ ! -d /var/log/fai ] || set -- "$@" /var/log/fai
[ ! -d /var/lib/cloud/instance ] || set -- "$@" /var/lib/cloud/instance
[ $# -eq 0 ] || awk 'BEGIN {
    for (i = 1; i < ARGC; i++) {
        path = ARGV[i]; print ">" path
        wanted = ""; most = 200
        if (path ~ /puppet\.conf$/) wanted = "^[ \t]*(\\[|server|certname|environment|ca_server)"
        else if (path ~ /last_run_summary/) wanted = "^[ \t]*(last_run|puppet|config|version):"
        else if (path ~ /(classes|resources)\.txt$/) { wanted = "."; most = 600 }
        else if (path ~ /client\.rb$/) wanted = "^[ \t]*(chef_server_url|node_name|environment|policy_name|policy_group)"
        else if (path ~ /(first-boot|node)\.json$/) wanted = "run_list|recipe\\[|role\\["
        else if (path ~ /\/salt\/minion(\.d\/.*)?$/) wanted = "^[ \t]*(master|id|environment|saltenv|- )[ \t:]*"
        else if (path ~ /minion_id$|policy_server\.dat$|instance-id$|uuid\.hive$/) { wanted = "."; most = 1 }
        else if (path ~ /\/grains$/) wanted = "^[ \t]*(roles|role|environment|- )"
        else if (path ~ /result\.json$/) wanted = "datasource"
        else if (path ~ /anaconda-ks\.cfg$/) wanted = "^(#version|# Kickstart file|url |repo |nfs |cdrom)"
        else if (path ~ /landscape/) wanted = "^(url|account_name|computer_title)"
        else if (path ~ /rhsm\.conf$/) wanted = "^[ \t]*hostname"
        else if (path ~ /up2date$/) wanted = "^serverURL="
        else if (path ~ /SUSEConnect$/) wanted = "^url"
        else if (path ~ /server\.cfg$|agent\.cfg$/) wanted = "^[ \t]*(server|plugin\\.(stomp|rabbitmq|activemq)\\.(pool\\.1\\.)?host)[ \t]*="
        n = 0
        while (wanted != "" && n++ < most && (getline line < path) > 0)
            if (line ~ wanted && line !~ /^[ \t]*(;|\/\/|#[^vK ])/) print n "|" substr(line, 1, 300)
        close(path)
    }
}' "$@"
part times
[ $# -eq 0 ] || stat -c '%Y %n' "$@"
part end
