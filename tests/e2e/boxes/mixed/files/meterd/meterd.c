/* Collects meter readings: UDP in, TCP "COUNT" out. */
#include <arpa/inet.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "meter.h"

static char user[64], spool[256], pidfile[256], readings[300];
static int tcp_port, udp_port;

static void settings(const char *path) {
    char line[512], key[64], value[256];
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(2); }
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#' || sscanf(line, " %63[a-z_] = %255s", key, value) != 2) continue;
        if (!strcmp(key, "user")) snprintf(user, sizeof user, "%s", value);
        if (!strcmp(key, "spool")) snprintf(spool, sizeof spool, "%s", value);
        if (!strcmp(key, "pidfile")) snprintf(pidfile, sizeof pidfile, "%s", value);
        if (!strcmp(key, "tcp_port")) tcp_port = atoi(value);
        if (!strcmp(key, "udp_port")) udp_port = atoi(value);
    }
    fclose(file);
    snprintf(readings, sizeof readings, "%s/readings", spool);
}

static int opened(int type, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = INADDR_ANY};
    int one = 1, fd = socket(AF_INET, type, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, sizeof address)) { perror("bind"); exit(3); }
    if (type == SOCK_STREAM) listen(fd, 16);
    return fd;
}

static void asked(int fd) {
    char line[128] = "", answer[64];
    int client = accept(fd, NULL, NULL);
    if (client < 0) return;
    if (read(client, line, sizeof line - 1) > 0 && !strncmp(line, "COUNT", 5)) {
        int length = snprintf(answer, sizeof answer, "%d\n", meter_count(readings));
        if (write(client, answer, length) < 0) perror("write");
    }
    close(client);
}

int main(int count, char **arguments) {
    char line[256];
    settings(count > 2 && !strcmp(arguments[1], "-c") ? arguments[2] : "/etc/meterd.conf");
    int tcp = opened(SOCK_STREAM, tcp_port), udp = opened(SOCK_DGRAM, udp_port);
    struct passwd *who = getpwnam(user);
    if (!who) { fprintf(stderr, "no user %s\n", user); return 4; }
    if (daemon(0, 0)) return 5;
    FILE *file = fopen(pidfile, "w");
    if (!file) return 6;
    fprintf(file, "%d\n", getpid());
    fclose(file);
    if (initgroups(user, who->pw_gid) || setgid(who->pw_gid) || setuid(who->pw_uid)) return 7;
    if (chdir(spool)) return 8;
    signal(SIGPIPE, SIG_IGN);
    struct pollfd both[2] = {{.fd = tcp, .events = POLLIN}, {.fd = udp, .events = POLLIN}};
    for (;;) {
        if (poll(both, 2, -1) < 0) continue;
        if (both[0].revents) asked(tcp);
        if (both[1].revents) {
            ssize_t got = recv(udp, line, sizeof line - 1, 0);
            if (got > 0) { line[got] = 0; line[strcspn(line, "\r\n")] = 0; meter_add(readings, line); }
        }
    }
}
