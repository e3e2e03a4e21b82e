/* libwaage: what the scales say. Built as a shared and a static library. */
#include <dlfcn.h>
#include <stdio.h>
#include "waage.h"

int waage_lies(const char *plugin, int roh) {
    void *griff = dlopen(plugin, RTLD_NOW);
    int (*tara)(int) = griff ? (int (*)(int))dlsym(griff, "tara") : 0;
    return tara ? tara(roh) : roh;
}
