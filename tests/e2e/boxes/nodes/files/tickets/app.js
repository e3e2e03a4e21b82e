'use strict'
// Störungsmeldungen: MariaDB für die Daten, memcached für Zwischenergebnisse
const http = require('http')
const net = require('net')
const fs = require('fs')
const mysql = require('mysql')
const config = JSON.parse(fs.readFileSync('/opt/tickets/config/production.json', 'utf8'))
const pool = mysql.createPool(config.database)

function cached (words) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(config.cache.port, config.cache.host, () => socket.write(words))
    socket.on('error', reject)
    socket.on('data', data => { socket.end(); resolve(data.toString()) })
  })
}

async function answer (request, response) {
  if (request.url.startsWith('/tickets/cache')) {
    await cached('set tickets 0 60 2\r\nok\r\n')
    return response.end((await cached('get tickets\r\n')).includes('ok') ? 'Speicher ok' : 'Speicher leer')
  }
  pool.query('SELECT id, titel FROM meldung ORDER BY id', (error, rows) => {
    response.statusCode = error ? 500 : 200
    response.end(error ? String(error) : JSON.stringify(rows))
  })
}

fs.writeFileSync('/opt/tickets/tmp/start.txt', new Date().toISOString())
http.createServer((request, response) => answer(request, response).catch(error => {
  response.statusCode = 500
  response.end(String(error))
})).listen(config.port, config.address)
