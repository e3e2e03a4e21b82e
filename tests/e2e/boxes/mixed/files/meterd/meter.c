#include <stdio.h>
#include "meter.h"

int meter_count(const char *path) {
    FILE *file = fopen(path, "r");
    int count = 0, letter;
    if (!file) return 0;
    while ((letter = fgetc(file)) != EOF) count += letter == '\n';
    fclose(file);
    return count;
}

int meter_add(const char *path, const char *line) {
    FILE *file = fopen(path, "a");
    if (!file) return -1;
    fprintf(file, "%s\n", line);
    return fclose(file);
}
