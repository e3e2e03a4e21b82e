int tara(int roh) { return roh - 3; }
