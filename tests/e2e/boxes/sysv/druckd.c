/* druckd: asks the scales over their Unix socket and puts a label into its spool. Stays where it is started. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char **words) {
    char sock[108] = "", spool[200] = "", line[300], text[100];
    FILE *in = fopen(count > 1 ? words[1] : "druckd.conf", "r");
    if (!in) { perror("druckd.conf"); return 1; }
    while (fgets(line, sizeof line, in)) {
        sscanf(line, "waage %107s", sock);
        sscanf(line, "spool %199s", spool);
    }
    int on = 1, tcp = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(4712)};
    setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(tcp, (void *)&at, sizeof at) || listen(tcp, 5)) { perror("bind"); return 1; }
    for (;;) {
        int client = accept(tcp, 0, 0), scales = socket(AF_UNIX, SOCK_STREAM, 0), n = 0;
        struct sockaddr_un un = {.sun_family = AF_UNIX};
        strcpy(un.sun_path, sock);
        if (!connect(scales, (void *)&un, sizeof un)) n = read(scales, text, sizeof text);
        close(scales);
        snprintf(line, sizeof line, "%s/etikett.prn", spool);
        FILE *out = fopen(line, "a");
        if (out && n > 0) fwrite(text, 1, n, out);
        if (out) fclose(out);
        n = snprintf(line, sizeof line, "etikett %.*s", n > 0 ? n : 6, n > 0 ? text : "keins\n");
        if (write(client, line, n) < 0) perror("write");
        close(client);
    }
}
