/* waaged: answers what lies on the scales, over TCP and over a Unix socket; tells the hall by multicast. Detaches itself twice. */
#include <arpa/inet.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
#include "waage.h"

static char port[16] = "4711", plugin[200], journal[200], sock[108], user[32] = "root", group[40] = "";

static void settings(const char *path) {
    char line[300], key[100], value[200];
    FILE *in = fopen(path, "r");
    if (!in) { perror(path); exit(1); }
    while (fgets(line, sizeof line, in))
        if (line[0] != '#' && sscanf(line, " %99[a-z] = %199s", key, value) == 2) {
            if (!strcmp(key, "port")) snprintf(port, sizeof port, "%s", value);
            if (!strcmp(key, "plugin")) snprintf(plugin, sizeof plugin, "%s", value);
            if (!strcmp(key, "journal")) snprintf(journal, sizeof journal, "%s", value);
            if (!strcmp(key, "socket")) snprintf(sock, sizeof sock, "%s", value);
            if (!strcmp(key, "user")) snprintf(user, sizeof user, "%s", value);
            if (!strcmp(key, "multicast")) snprintf(group, sizeof group, "%s", value);
        }
    fclose(in);
}

static void answer(int client) {
    char text[80];
    FILE *out = fopen(journal, "a");
    if (!out) { syslog(LOG_ERR, "%s: %m", journal); close(client); return; }
    int n = snprintf(text, sizeof text, "gewicht %d\n", waage_lies(plugin, 45));
    fprintf(out, "%ld %s", (long)time(0), text);
    fclose(out);
    if (write(client, text, n) < 0) syslog(LOG_WARNING, "write: %m");
    close(client);
}

int main(int count, char **words) {
    const char *path = "/usr/local/etc/waaged.conf", *pids = "/var/run/waaged.pid";
    int option, on = 1;
    while ((option = getopt(count, words, "c:p:P:")) != -1) {
        if (option == 'c') path = optarg;
        if (option == 'P') pids = optarg;
    }
    settings(path);
    if (fork()) _exit(0);
    setsid();
    if (fork()) _exit(0);
    umask(002);
    if (chdir("/")) _exit(1);
    FILE *pid = fopen(pids, "w");
    if (pid) { fprintf(pid, "%d\n", getpid()); fclose(pid); }
    openlog("waaged", LOG_PID, LOG_DAEMON);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    int tcp = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(tcp, (void *)&at, sizeof at) || listen(tcp, 5)) { syslog(LOG_ERR, "bind: %m"); return 1; }
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    strcpy(un.sun_path, sock);
    unlink(sock);
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(local, (void *)&un, sizeof un) || listen(local, 5)) { syslog(LOG_ERR, "%s: %m", sock); return 1; }
    chmod(sock, 0666);
    if (group[0]) {
        struct sockaddr_in hall = {.sin_family = AF_INET, .sin_port = htons(4714)};
        struct ip_mreq which = {.imr_multiaddr.s_addr = inet_addr(group)};
        int udp = socket(AF_INET, SOCK_DGRAM, 0);
        if (bind(udp, (void *)&hall, sizeof hall) || setsockopt(udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, &which, sizeof which))
            syslog(LOG_WARNING, "multicast: %m");
    }
    struct passwd *who = getpwnam(user);
    if (who && (setgid(who->pw_gid) || initgroups(user, who->pw_gid) || setuid(who->pw_uid))) return 1;
    signal(SIGPIPE, SIG_IGN);
    syslog(LOG_INFO, "port %s, %s", port, sock);
    close(0); close(1); close(2);
    for (struct pollfd both[2] = {{tcp, POLLIN, 0}, {local, POLLIN, 0}}; poll(both, 2, -1) >= 0;)
        for (int i = 0; i < 2; i++)
            if (both[i].revents & POLLIN) answer(accept(both[i].fd, 0, 0));
    return 0;
}
