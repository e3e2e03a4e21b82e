'use strict'
const fs = require('fs')
const path = require('path')
for (const line of fs.readFileSync(path.join(__dirname, '..', '.env'), 'utf8').split('\n')) {
  const match = /^([A-Z_]+)=(.*)$/.exec(line)
  if (match && !(match[1] in process.env)) process.env[match[1]] = match[2]
}
