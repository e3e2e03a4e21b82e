'use strict'
// Holt Nachrichten aus der Warteschlange und gibt sie dem Mailserver; hat keinen Port
require('./lib/env')
const fs = require('fs')
const redis = require('./lib/redis')

async function turn () {
  const said = await redis('BRPOP', 'portal:post', '2')
  if (said) fs.appendFileSync('/home/portal/portal/outbox/gesendet.txt', `${process.env.SMTP_HOST} ${said}\n`)
  setTimeout(turn, 500)
}

fs.appendFileSync('/home/portal/portal/outbox/gesendet.txt', 'Start\n')
turn()
