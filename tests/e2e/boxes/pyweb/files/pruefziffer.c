/* The check digit of a member's number: the old library was too slow. */
#include <Python.h>

static PyObject *ziffer(PyObject *self, PyObject *args) {
    long number, sum = 0, weight = 2;
    if (!PyArg_ParseTuple(args, "l", &number)) return NULL;
    for (; number > 0; number /= 10) sum += (number % 10) * weight++;
    return PyLong_FromLong((11 - sum % 11) % 10);
}

static PyMethodDef methods[] = {{"ziffer", ziffer, METH_VARARGS, "The check digit."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "pruefziffer", NULL, -1, methods};
PyMODINIT_FUNC PyInit_pruefziffer(void) { return PyModule_Create(&module); }
