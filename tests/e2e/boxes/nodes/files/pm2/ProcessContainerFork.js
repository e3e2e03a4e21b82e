'use strict'
process.title = `node ${process.env.pm_exec_path}`
process.argv[1] = process.env.pm_exec_path
require(process.env.pm_exec_path)
