int meter_count(const char *path);
int meter_add(const char *path, const char *line);
