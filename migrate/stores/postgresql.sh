# The PostgreSQL server that runs on the data directory $DATA, on the host or in its container: what runs is the truth, not
# what a configuration file says. Its tools are run as its owner, over its Unix socket, and write nothing.

unset PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGOPTIONS PGSSLMODE PGCLIENTENCODING PGDATABASE PGHOSTADDR
PGAPPNAME=migrate
PGCONNECT_TIMEOUT=20
cd /

# locate: sets BIN, OWNER, GROUP, PGHOST, PGPORT.
locate() {
    [ -r "$DATA/postmaster.pid" ] || fail "no PostgreSQL server runs on $DATA, or only root may look there"
    { read -r pid_; read -r dir_; read -r started_; read -r PGPORT; read -r PGHOST; read -r listen_; } <"$DATA/postmaster.pid"
    case $PGHOST in
        /*) ;;
        *) PGHOST=${listen_%%,*}; case $PGHOST in ''|'*') PGHOST=localhost ;; esac ;;
    esac
    exe_=$(readlink "/proc/$pid_/exe") || exe_=
    BIN=${exe_%/*}
    [ -x "$BIN/psql" ] || BIN=$HINT
    if ! [ -x "$BIN/psql" ]; then
        found_=$(command -v psql) || fail "psql is not installed there"
        BIN=${found_%/*}
    fi
    [ -x "$BIN/pg_dump" ] || fail "pg_dump is not in $BIN"
    OWNER=$(stat -c %u "$DATA") && GROUP=$(stat -c %g "$DATA") && NAME=$(stat -c %U "$DATA") || fail "can't see who owns $DATA"
    export BIN PGHOST PGPORT PGAPPNAME PGCONNECT_TIMEOUT
}

# as_owner COMMAND: a line of sh, as the server's owner.
as_owner() {
    if [ "$(id -u)" = "$OWNER" ]; then
        sh -c "$1"
    elif [ "$(id -u)" != 0 ]; then
        fail "only root may become $NAME, who owns $DATA"
    elif have setpriv && setpriv --reuid "$OWNER" --regid "$GROUP" --clear-groups true </dev/null >/dev/null 2>&1; then
        setpriv --reuid "$OWNER" --regid "$GROUP" --clear-groups sh -c "$1"
    elif have runuser; then
        runuser -s /bin/sh -c "$1" "$NAME"
    else
        su -s /bin/sh -c "$1" "$NAME"
    fi
}

# sql: statements from standard input, each row as fields with "|" between them.
sql() { as_owner '"$BIN/psql" -XAtqw -v ON_ERROR_STOP=1'; }

# digest: what is compared, as of the snapshot $SNAPSHOT where there is one. The first server process writes the
# statements for the second.
digest() {
    import_=
    [ -z "$SNAPSHOT" ] || import_="SET TRANSACTION SNAPSHOT '$SNAPSHOT';"
    { printf '%s\n' "$BEGIN_SQL" "$import_" "$SETTINGS_SQL" "$DIGEST_SQL"; } | sql |
        { printf '%s\n' "$BEGIN_SQL" "$import_" "$SETTINGS_SQL"; cat; } | sql
}

sequences() { printf '%s\n' "$BEGIN_SQL" "$SETTINGS_SQL" "$SEQUENCES_SQL" | sql | sql; }

cluster() { printf '%s\n' "$BEGIN_SQL" "$SETTINGS_SQL" "$CLUSTER_SQL" | sql; }
