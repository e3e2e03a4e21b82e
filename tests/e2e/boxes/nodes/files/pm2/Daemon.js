'use strict'
// Keeps programs as pm2 5 does, as far as can be seen from outside: titles, list, id files, logs.
const fs = require('fs')
const path = require('path')
const { spawn } = require('child_process')
const home = process.env.PM2_HOME
process.title = `PM2 v5.3.0: God Daemon (${home})`
for (const name of ['logs', 'pids']) fs.mkdirSync(path.join(home, name), { recursive: true })
fs.writeFileSync(path.join(home, 'pm2.pid'), String(process.pid))
const file = process.argv[2]
const cwd = path.dirname(file)
const kept = {}

function start (one, id) {
  const logs = path.join(home, 'logs')
  const out = fs.openSync(path.join(logs, `${one.name}-out.log`), 'a')
  const err = fs.openSync(path.join(logs, `${one.name}-error.log`), 'a')
  const env = { ...process.env, ...one.env, pm_exec_path: path.join(cwd, one.script), name: one.name, pm_id: String(id), PM2_USAGE: 'CLI' }
  const child = spawn(process.execPath, [path.join(__dirname, 'ProcessContainerFork.js')], { cwd, env, stdio: ['ignore', out, err] })
  fs.writeFileSync(path.join(home, 'pids', `${one.name}-${id}.pid`), String(child.pid))
  kept[id] = child
  child.on('exit', () => setTimeout(() => start(one, id), 1000))
}

require(file).apps.forEach(start)
process.on('SIGTERM', () => { Object.values(kept).forEach(one => one.kill('SIGINT')); process.exit(0) })
