# The MariaDB or MySQL server that keeps its data in $DATA, on the host or in its container. Its own clients ask it, over
# its Unix socket, as the system's root or with an account that lies on the machine for that; nothing is written.

unset MYSQL_PWD MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_HOME MYSQL_TEST_LOGIN_FILE MYSQL_GROUP_SUFFIX
cd /

# sockets: where MySQL's servers listen on this machine, the one that was seen first of all.
sockets() {
    [ -z "$HINT" ] || printf '%s\n' "$HINT"
    sed -n 's/^[^ ]* [^ ]* [^ ]* 00010000 [^ ]* [^ ]* *[^ ]* \(\/.*\)$/\1/p' /proc/net/unix |
        while IFS= read -r socket_; do
            case $socket_ in
                *mysqlx*|*/mysqlx.sock) ;;
                *mysql*|*maria*|"$DATA"/*) printf '%s\n' "$socket_" ;;
            esac
        done
}

client() { "$CLIENT" "$DEFAULTS" "--socket=$SOCKET" --connect-timeout=20 --default-character-set="$CHARSET" -N -B "$@"; }
directory() { (cd "$1" 2>/dev/null && pwd -P) || printf '%s\n' "${1%/}"; }

# answers: whether the server at $SOCKET lets us in with $DEFAULTS and is the one.
answers() {
    found_=$(printf '%s\n' 'SELECT @@datadir;' | client -r 2>/dev/null) || return 1
    [ "$(directory "$found_")" = "$(directory "$DATA")" ]
}

# locate: sets CLIENT, DUMP, SOCKET, DEFAULTS.
locate() {
    CLIENT=$(command -v mariadb || command -v mysql) || fail "neither mariadb nor mysql is installed there"
    DUMP=$(command -v mariadb-dump || command -v mysqldump) || fail "neither mariadb-dump nor mysqldump is installed there"
    list_=$(sockets | sort -u)
    [ -n "$list_" ] || fail "no MariaDB or MySQL server listens on a Unix socket there"
    for DEFAULTS in --no-defaults --defaults-file=/etc/mysql/debian.cnf --defaults-file=/root/.my.cnf; do
        case $DEFAULTS in --defaults-file=*) [ -r "${DEFAULTS#*=}" ] || continue ;; esac
        while IFS= read -r SOCKET; do
            for CHARSET in utf8mb4 utf8; do
                answers </dev/null && return 0
            done
        done <<EOF_SOCKETS
$list_
EOF_SOCKETS
    done
    fail "the server of $DATA lets neither the system's root nor its maintenance account in; a file /root/.my.cnf with user and password would do"
}

# asked QUESTION…: what these statements ask. The first client writes the statements for the second.
asked() {
    { printf '%s\n' "$SETTINGS_SQL" "$1" | client -r; echo "SELECT 'end';"; } |
        { printf '%s\n' "$SETTINGS_SQL" "$BEGIN_SQL"; cat; } | client
}

server() { printf '%s\n' "$SETTINGS_SQL" "$SERVER_SQL" | client; }
digest() { SCHEMA_SQL="SET @wanted = UNHEX('$SCHEMA');" && asked "$SCHEMA_SQL
$DIGEST_SQL"; }
accounts() { asked "$ACCOUNTS_SQL"; }

# users: what makes the accounts again. Versions before SHOW CREATE USER say it all with the grants.
users() {
    printf '%s\n' "$SETTINGS_SQL" "$CREATE_SQL" | client -r |
        { printf '%s\n' "$SETTINGS_SQL"; cat; } | client -r --force 2>/dev/null |
        sed -e 's/^CREATE USER /CREATE USER IF NOT EXISTS /' -e 's/$/;/'
    printf '%s\n' "$SETTINGS_SQL" "$ROLES_SQL" | client -r 2>/dev/null
    printf '%s\n' "$SETTINGS_SQL" "$GRANTS_SQL" | client -r |
        { printf '%s\n' "$SETTINGS_SQL"; cat; } | client -r | sed 's/$/;/'
    printf '%s\n' "$SETTINGS_SQL" "$ROOT_SQL" | client -r 2>/dev/null || :
    [ -z "$ZONES" ] || {
        echo "USE mysql;"
        "$DUMP" "$DEFAULTS" "--socket=$SOCKET" --single-transaction --skip-lock-tables --no-create-info --replace \
            --skip-comments mysql time_zone time_zone_leap_second time_zone_name time_zone_transition \
            time_zone_transition_type
    }
}

dump() {
    set -- --single-transaction --quick --skip-lock-tables --routines --events --triggers --hex-blob \
        --default-character-set="$CHARSET" --skip-dump-date
    for option_ in set-gtid-purged no-tablespaces column-statistics; do
        "$DUMP" --no-defaults --help 2>/dev/null | grep -q "^ *--$option_" || continue
        case $option_ in
            set-gtid-purged) set -- "$@" --set-gtid-purged=OFF ;;
            column-statistics) set -- "$@" --column-statistics=0 ;;
            *) set -- "$@" "--$option_" ;;
        esac
    done
    "$DUMP" "$DEFAULTS" "--socket=$SOCKET" "$@" --databases "$NAME"
}
