# The shell of databases.py: what the servers' own tools answer to questions that change nothing and lock nothing.
# Where none of these servers runs it costs three forks.

unset PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGOPTIONS PGDATABASE PGHOSTADDR PGCLIENTENCODING REDISCLI_AUTH
PGCONNECT_TIMEOUT=5
PGAPPNAME=migrate
HOME=/
export PGCONNECT_TIMEOUT PGAPPNAME HOME
cd /

# as UID NAME COMMAND: as another user, without PAM (which would log it).
SET=
as() {
    who_=$1 name_=$2
    shift 2
    if [ "$EFFECTIVE" = "$who_" ]; then sh -c "$1"
    elif ! root; then return 1
    elif have setpriv && { [ "$SET" = "$who_" ] || setpriv --reuid "$who_" --clear-groups true; }; then
        SET=$who_
        setpriv --reuid "$who_" --clear-groups sh -c "$1"
    elif have runuser; then runuser -s /bin/sh -c "$1" "$name_"
    else su -s /bin/sh -c "$1" "$name_"
    fi </dev/null
}
hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n'; }

# --- PostgreSQL: every process has the data directory as its working directory; postmaster.pid says where it listens ---

# Around what is told as hexadecimal digits.
HEX="encode(decode(replace("
TEXT="::text, E'\\\\', E'\\\\\\\\'), 'escape'), 'hex')"
questions_for_postgresql() {
    VERSION_SQL="SELECT 'version', ${HEX}current_setting('server_version')$TEXT"
    DATABASES_SQL="SELECT 'database', ${HEX}datname$TEXT, ${HEX}rolname$TEXT, pg_encoding_to_char(encoding),
${HEX}datcollate$TEXT, CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) END, datallowconn
FROM pg_database d LEFT JOIN pg_roles r ON r.oid = d.datdba ORDER BY datname"
    EXTENSIONS_SQL="SELECT 'extension', ${HEX}current_database()$TEXT, ${HEX}extname$TEXT, ${HEX}extversion$TEXT
FROM pg_extension ORDER BY extname"
    NAMES_SQL="SELECT 'connect', datname FROM pg_database WHERE datallowconn AND NOT datistemplate;"
    # Each fails alone where a version does not know it. Values that may hold a password stay there.
    MORE_SQL="SELECT 'role', ${HEX}rolname$TEXT, rolsuper, rolcanlogin, rolcreatedb FROM pg_roles ORDER BY rolname;
SELECT 'member', ${HEX}m.rolname$TEXT, ${HEX}r.rolname$TEXT FROM pg_auth_members a
JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member ORDER BY 2, 3;
SELECT 'password', ${HEX}usename$TEXT, passwd IS NOT NULL FROM pg_shadow ORDER BY usename;
SELECT 'setting', name, ${HEX}setting$TEXT, unit FROM pg_settings
WHERE source IN ('configuration file', 'command line', 'environment variable', 'database', 'user')
AND name !~ '(conninfo|password|passphrase|_command|^application_name|^client_encoding)' ORDER BY name;
SELECT 'tablespace', ${HEX}spcname$TEXT, ${HEX}pg_tablespace_location(oid)$TEXT FROM pg_tablespace
WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY spcname;
SELECT 'standby', pg_is_in_recovery();
SELECT 'replica', ${HEX}COALESCE(client_addr::text, 'local')$TEXT, ${HEX}application_name$TEXT, state
FROM pg_stat_replication ORDER BY 2;
SELECT 'client', ${HEX}usename$TEXT, ${HEX}datname$TEXT, ${HEX}COALESCE(client_addr::text, '')$TEXT, count(*)
FROM pg_stat_activity WHERE datname IS NOT NULL AND application_name <> 'migrate' GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4;
SELECT 'slot', ${HEX}slot_name$TEXT, slot_type FROM pg_replication_slots ORDER BY slot_name;
SELECT 'hba', line_number, type, ${HEX}array_to_string(database, ',')$TEXT, ${HEX}array_to_string(user_name, ',')$TEXT,
${HEX}COALESCE(address, '')$TEXT, ${HEX}COALESCE(netmask, '')$TEXT, auth_method FROM pg_hba_file_rules
WHERE error IS NULL ORDER BY line_number;"
    export DATABASES_SQL EXTENSIONS_SQL VERSION_SQL NAMES_SQL MORE_SQL
}
postgresql() {
    if ! [ -r "$1/postmaster.pid" ]; then
        gap "databases of PostgreSQL in $1" root
        part postgresql
        return
    fi
    { read -r pid; read -r line; read -r line; read -r PGPORT; read -r PGHOST; read -r listen; } <"$1/postmaster.pid"
    case $PGHOST in /*) ;; *) PGHOST=localhost ;; esac
    PSQL=$(readlink "/proc/$pid/exe")
    PSQL=${PSQL%/*}/psql
    if ! [ -x "$PSQL" ] && ! PSQL=$(command -v psql); then
        gap "databases of PostgreSQL in $1" 'psql is not installed'
        part postgresql
        return
    fi
    PGDATABASE=template1
    [ -n "$VERSION_SQL" ] || questions_for_postgresql
    export PGPORT PGHOST PSQL PGDATABASE
    owner=$(stat -c %u "$1") && name=$(stat -c %U "$1")
    printf '\nserver|%s|%s|%s|%s\n' "$(hex "$1")" "$(hex "$PGHOST")" "$PGPORT" "$pid"
    if as "$owner" "$name" 'printf "%s;\n" "$VERSION_SQL" "$DATABASES_SQL" | "$PSQL" -XAtqw -v ON_ERROR_STOP=1'; then
        as "$owner" "$name" 'set -f; IFS="
"; for line in $(printf "%s\n" "$MORE_SQL" "$NAMES_SQL" | "$PSQL" -XAtqw); do
            case $line in "connect|"*) PGDATABASE=${line#*|}; "$PSQL" -XAtqw -c "$EXTENSIONS_SQL" ;; *) printf "%s\n" "$line" ;; esac
            done'
    elif root; then
        gap "databases of PostgreSQL in $1" 'the server does not let its own user in without a password'
        part postgresql
    else
        gap "databases of PostgreSQL in $1" root
        part postgresql
    fi
}

# --- MariaDB and MySQL: each socket that one listens on ---------------------------------------------------------------

# The first two answer everywhere; each of the others fails alone where a version does not know it.
MYSQL_FIRST="SELECT 'server' k, HEX(@@datadir), HEX(@@socket), @@port, HEX(VERSION());
SELECT 'database' k, HEX(SCHEMA_NAME), HEX(DEFAULT_CHARACTER_SET_NAME), HEX(DEFAULT_COLLATION_NAME)
FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME"
MYSQL_MORE="SELECT 'user' k, HEX(User), HEX(Host), Super_priv FROM mysql.user ORDER BY User, Host;
SELECT 'plugin' k, HEX(User), HEX(Host), plugin FROM mysql.user WHERE plugin <> '';
SELECT 'password' k, HEX(User), HEX(Host) FROM mysql.user WHERE Password <> '';
SELECT 'password' k, HEX(User), HEX(Host) FROM mysql.user WHERE authentication_string NOT IN ('', 'invalid');
SELECT 'role' k, HEX(User), HEX(Host) FROM mysql.user WHERE is_role = 'Y';
SELECT 'grant' k, HEX(User), HEX(Host), HEX(Db) FROM mysql.db ORDER BY User, Host, Db;
SELECT 'tables' k, HEX(TABLE_SCHEMA), IFNULL(ENGINE, TABLE_TYPE), COUNT(*) FROM information_schema.TABLES
WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') GROUP BY 2, 3 ORDER BY 2, 3;
SELECT 'routines' k, HEX(ROUTINE_SCHEMA), COUNT(*) FROM information_schema.ROUTINES GROUP BY 2;
SELECT 'events' k, HEX(EVENT_SCHEMA), COUNT(*) FROM information_schema.EVENTS GROUP BY 2;
SELECT 'library' k, PLUGIN_NAME, PLUGIN_TYPE FROM information_schema.PLUGINS
WHERE PLUGIN_LIBRARY IS NOT NULL AND PLUGIN_STATUS = 'ACTIVE' ORDER BY PLUGIN_NAME;
SELECT 'client' k, HEX(USER), HEX(IF(HOST LIKE '%:%', LEFT(HOST, LENGTH(HOST) - LOCATE(':', REVERSE(HOST))), HOST)),
HEX(IFNULL(DB, '')), IF(COMMAND LIKE 'Binlog Dump%', 'replica', 'client'), COUNT(*) FROM information_schema.PROCESSLIST
WHERE ID <> CONNECTION_ID() AND COMMAND <> 'Daemon' AND USER NOT IN ('system user', 'event_scheduler') GROUP BY 2, 3, 4, 5;
SHOW GLOBAL VARIABLES WHERE Variable_name IN ('character_set_server', 'collation_server', 'sql_mode', 'time_zone',
'lower_case_table_names', 'default_storage_engine', 'max_connections', 'max_allowed_packet', 'innodb_buffer_pool_size',
'innodb_file_per_table', 'innodb_log_file_size', 'key_buffer_size', 'log_bin', 'binlog_format', 'server_id', 'gtid_mode',
'read_only', 'event_scheduler', 'bind_address', 'skip_networking', 'local_infile', 'have_ssl', 'ssl_cert',
'plugin_dir', 'tmpdir', 'wsrep_on', 'wsrep_cluster_address', 'query_cache_size', 'general_log', 'slow_query_log');
SHOW SLAVE STATUS\\G"
mysql_asked() { # SOCKET, then how it lets us in
    socket_=$1
    shift
    said_=$("$CLIENT" "$@" ${socket_:+"--socket=$socket_"} -B --force -e "$MYSQL_FIRST;
$MYSQL_MORE" </dev/null)
    [ -n "$said_" ] && printf '%s\n' "$said_"
}
mysql_server() {
    mysql_asked "$1" --no-defaults && return
    [ ! -r /etc/mysql/debian.cnf ] || ! mysql_asked "$1" --defaults-file=/etc/mysql/debian.cnf || return
    [ ! -r /root/.my.cnf ] || ! mysql_asked "$1" --defaults-file=/root/.my.cnf || return
    if root; then gap "databases of MariaDB or MySQL${1:+ at $1}" 'it lets neither us nor its maintenance account in'
    else gap "databases of MariaDB or MySQL${1:+ at $1}" root
    fi
    part mysql
}
# The bytes below each directory of a data directory, which has one for each database.
mysql_sizes() {
    ls -lnR "$1" | awk -v top="$1" '
        /^\/.*:$/ { at = substr($0, length(top) + 2); sub(/:$/, "", at); sub(/\/.*/, "", at); next }
        /^-/ { size[at] += $5 }
        END { for (at in size) printf "size\t%s\t%.0f\n", at, size[at] }'
}
ask_mysql() { # not called as the client is: command -v would find it
    CLIENT=$(command -v mariadb || command -v mysql) || {
        gap "databases of MariaDB or MySQL" 'no client is installed'
        part mysql
        return
    }
    sockets_=$(awk '$4 == "00010000" && $NF ~ /^\/.*(mysql|maria)/ && $NF !~ /mysqlx/ { print $NF }' /proc/net/unix | sort -u)
    if [ -z "$sockets_" ]; then mysql_server ''; else
        printf '%s\n' "$sockets_" | while IFS= read -r each_; do mysql_server "$each_"; done
    fi
}

# --- Redis and what descends from it: the title of its process says where it listens ----------------------------------

redis_server() { # PID PROGRAM
    title_=$(tr '\000' ' ' <"/proc/$1/cmdline")
    case $title_ in *entinel*) return ;; esac
    at_=$(printf '%s\n' "$title_" | sed -n -e 's#.*[ ]\(unixsocket:/[^ ]*\).*#\1#p' -e 's#.* \([^ ]*:[0-9][0-9]*\).*#\1#p')
    # Debian's server is a link to its checking tool, or the other way round.
    name_=${2##*/}
    CLIENT=${2%/*}/${name_%%-*}-cli
    [ -x "$CLIENT" ] || CLIENT=$(command -v redis-cli || command -v valkey-cli) || {
        gap "databases of Redis at ${at_:-$1}" 'its client is not installed'
        part redis
        return
    }
    case $at_ in
        unixsocket:*) set -- "$1" -s "${at_#unixsocket:}" ;;
        '') set -- "$1" ;;
        *) host_=${at_%:*}; case $host_ in '*' | 0.0.0.0 | '::' | '[::]') host_=127.0.0.1 ;; esac
            set -- "$1" -h "$host_" -p "${at_##*:}" ;;
    esac
    pid_=$1
    shift
    said_=$(printf '%s\n' INFO 'ECHO @config' 'CONFIG GET dir' 'CONFIG GET dbfilename' 'CONFIG GET appendonly' \
        'CONFIG GET save' 'CONFIG GET maxmemory' 'CONFIG GET maxmemory-policy' 'CONFIG GET databases' 'ECHO @users' \
        'ACL USERS' 'ECHO @end' | "$CLIENT" "$@" | tr -d '\r' | grep -v '^#')
    printf 'server\t%s\t%s\n' "$pid_" "$at_"
    case $said_ in
        *redis_version:*) printf '%s\n' "$said_" |
            grep -E '^[^:]*$|^(redis_version|valkey_version|redis_mode|role|master_host|master_port|slave[0-9]+|connected_slaves|aof_enabled|used_memory|module|db[0-9]+|config_file):' ;;
        *NOAUTH* | *WRONGPASS*) gap "databases of Redis at ${at_:-$pid_}" 'it asks for a password'; part redis ;;
        *) gap "databases of Redis at ${at_:-$pid_}" 'it does not answer its client'; part redis ;;
    esac
}

# --- RabbitMQ: its own tool starts a second machine of Erlang, so its files are looked at ------------------------------

rabbitmq() { # PID
    home_=$(tr '\000' '\n' <"/proc/$1/cmdline" | awk '$0 == "-home" { getline; print; exit }')
    set +f
    show "${home_:-/var/lib/rabbitmq}"/mnesia/*/msg_stores/vhosts/*/.vhost \
        "${home_:-/var/lib/rabbitmq}"/mnesia/*/msg_stores/vhosts/*/queues/*/.queue_name
    set -f
}

set +f
servers_=$(ls -l /proc/[0-9]*/exe |
    grep -E '/(postgres|postmaster|mysqld|mariadbd|(redis|valkey|keydb)-(server|check-rdb|check-aof)|beam[.a-z]*)( \(deleted\))?$' |
    sed -n -e 's# (deleted)$##' -e 's#.* /proc/\([0-9]*\)/exe -> \(/.*\)#\1 \2#p')
set -f
of() { # PATTERN: "PID EXECUTABLE" of the servers whose name matches
    printf '%s\n' "$servers_" | while read -r pid exe; do
        case ${exe##*/} in $1) printf '%s %s\n' "$pid" "$exe" ;; esac
    done
}
part postgresql
case $servers_ in *postgres* | *postmaster*)
    { of postgres; of postmaster; } | while read -r pid exe; do readlink "/proc/$pid/cwd"; done | sort -u |
        while IFS= read -r directory; do postgresql "$directory"; done ;;
esac
part mysql
case $servers_ in */mysqld* | */mariadbd*) ask_mysql ;; esac
part sizes
case $servers_ in */mysqld* | */mariadbd*)
    { of mysqld; of mariadbd; } | while read -r pid exe; do readlink "/proc/$pid/cwd"; done | sort -u |
        while IFS= read -r directory; do
            if [ -f "$directory/ibdata1" ] || [ -d "$directory/mysql" ]; then
                printf 'directory\t%s\n' "$directory"
                mysql_sizes "$directory"
            fi
        done ;;
esac
part redis
case $servers_ in */redis-* | */valkey-* | */keydb-*)
    of '*-*' | while read -r pid exe; do redis_server "$pid" "$exe"; done ;;
esac
part rabbitmq
case $servers_ in */beam*)
    of 'beam*' | while read -r pid exe; do
        ! grep -q rabbit "/proc/$pid/cmdline" || rabbitmq "$pid"
    done ;;
esac
part end
