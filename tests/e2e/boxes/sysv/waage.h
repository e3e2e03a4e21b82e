int waage_lies(const char *plugin, int roh);
