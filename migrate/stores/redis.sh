# The Redis server whose configuration is $CONF and whose data lies in $DATA, on the host or in its container.
# Its own client asks it. Only reading commands are sent; the password goes through the environment.

cd /

# setting NAME: the last value in the configuration file, without quotes.
setting() {
    [ -r "$CONF" ] || return 0
    sed -n "s/^[[:space:]]*$1[[:space:]][[:space:]]*//p" "$CONF" | tail -n 1 | sed 's/[[:space:]]*$//; s/^"\(.*\)"$/\1/'
}

cli() { "$CLIENT" "$@"; }

# locate: sets CLIENT, and the arguments that reach the server.
locate() {
    CLIENT=$(command -v redis-cli || command -v valkey-cli || command -v keydb-cli) || fail "redis-cli is not installed there"
    [ -z "$CONF" ] || [ -r "$CONF" ] || fail "$CONF can't be read"
    REDISCLI_AUTH=$(setting requirepass)
    if [ -n "$REDISCLI_AUTH" ]; then export REDISCLI_AUTH; else unset REDISCLI_AUTH; fi
    port_=$(setting port)
    socket_=$(setting unixsocket)
    if [ "$port_" = 0 ]; then
        REACH_OPTION=-s REACH=$socket_
    else
        REACH_OPTION=-p REACH=${port_:-6379}
    fi
    answer_=$(ask PING </dev/null 2>&1)
    [ "$answer_" = PONG ] || fail "the server of $DATA does not let us in: $answer_"
}

ask() { cli "$REACH_OPTION" "$REACH" "$@"; }
within() { number_=$1; shift; ask -n "$number_" "$@"; }

server() {
    ask INFO server | tr -d '\r' | sed -n 's/^\(redis_version\):/\1 /p'
    ask INFO persistence | tr -d '\r' | sed -n -e 's/^\(rdb_changes_since_last_save\):/\1 /p' -e 's/^\(aof_enabled\):/\1 /p'
    printf 'dbfilename %s\n' "$(setting dbfilename)"
    printf 'appendfilename %s\n' "$(setting appendfilename)"
    echo end
}

# digest: each database with its number of keys, then each key as hashes of its name and of its content.
digest() {
    ask INFO keyspace | tr -d '\r' | sed -n 's/^db\([0-9]*\):keys=\([0-9]*\),.*/\1 \2/p' | while read -r base_ keys_; do
        printf 'database %s %s\n' "$base_" "$keys_"
        [ "$keys_" -le "$LIMIT" ] || continue
        cursor_=0
        while :; do
            page_=$(within "$base_" EVAL "$SCRIPT" 0 "$cursor_" </dev/null) || exit 1
            cursor_=${page_%%"
"*}
            case $cursor_ in ''|*[!0-9]*) printf '%s\n' "$page_" >&2; exit 1 ;; esac
            case $page_ in *"
"*) printf '%s\n' "${page_#*"
"}" ;; esac
            [ "$cursor_" != 0 ] || break
        done
    done
    echo end
}

# dump: the file of the last save where nothing has changed since, else what a replica would be sent.
dump() {
    file_=$DATA/$(setting dbfilename)
    [ -f "$file_" ] || file_=$DATA/dump.rdb
    changes_=$(ask INFO persistence | tr -d '\r' | sed -n 's/^rdb_changes_since_last_save://p')
    if [ "$changes_" = 0 ] && [ -f "$file_" ] && [ -r "$file_" ]; then
        cat "$file_"
    else
        ask --rdb - 2>/dev/null || ask --rdb /dev/stdout 2>/dev/null
    fi
}
