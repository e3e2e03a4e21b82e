# The shell of certificates.py: certificates in places that hold state, which is not captured. Of a private key
# only the lines that say what it is.

set +f
set -- /etc/ssl/certs/ssl-cert-snakeoil.pem /etc/ssl/private/ssl-cert-snakeoil.key /etc/pki/tls/certs/localhost.crt /etc/pki/tls/private/localhost.key \
    /var/lib/postgresql/*/*/server.crt /var/lib/pgsql/data/server.crt /var/lib/pgsql/*/data/server.crt \
    /var/lib/mysql/*.pem /var/lib/dehydrated/certs/*/*.pem /var/lib/acme/*/*.pem /root/.acme.sh/*/*.cer \
    /root/.acme.sh/*/*.key /var/lib/caddy/.local/share/caddy/certificates/*/*/*.crt /var/lib/puppet/ssl/certs/*.pem \
    /etc/puppetlabs/puppet/ssl/certs/*.pem /var/lib/docker/swarm/certificates/*.crt /var/lib/kubelet/pki/*.crt
for each; do
    shift
    if [ -f "$each" ] && [ ! -h "$each" ] && [ -r "$each" ]; then set -- "$@" "$each"; fi
done
part certificates
[ $# -eq 0 ] || awk '
    FNR == 1 { name = FILENAME; gsub(/\n/, "\001", name); print ">" name; inside = 0; lines = 0 }
    /^-----BEGIN .*CERTIFICATE/ { inside = 1 }
    inside && ++lines < 400 { print "|" $0 }
    /^-----END / { inside = 0 }
    /^-----(BEGIN|END) .*PRIVATE KEY-----/ || /^Proc-Type: .*ENCRYPTED/ { print "|" $0 }' "$@"
# acme.sh keeps in its own directory what it renews and how; tokens of DNS providers are left out.
set -- /root/.acme.sh/*/*.conf
for each; do
    shift
    case $each in *.csr.conf) continue ;; esac
    if [ -f "$each" ] && [ -r "$each" ]; then set -- "$@" "$each"; fi
done
part acme
[ $# -eq 0 ] || awk '
    FNR == 1 { name = FILENAME; gsub(/\n/, "\001", name); print ">" name }
    /^Le_(Domain|Alt|Webroot|API|ReloadCmd|RealFullChainPath|RealKeyPath|RealCertPath)=/ { print "|" $0 }' "$@"
part end
