'use strict'
// Das Kundenportal: Seiten, Dateien der Kunden, eine lange Abfrage für neue Nachrichten
require('./lib/env')
const http = require('http')
const fs = require('fs')
const path = require('path')
const redis = require('./lib/redis')

const uploads = path.join(__dirname, 'uploads')
const waiting = []

async function answer (request, response) {
  const url = new URL(request.url, 'http://portal')
  if (url.pathname === '/') {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(fs.readFileSync(path.join(__dirname, 'public', 'index.html')))
  } else if (url.pathname === '/besuche') {
    response.end(`Besuche: ${await redis('GET', 'portal:besuche')}`)
  } else if (url.pathname === '/dateien') {
    response.end(fs.readdirSync(uploads).sort().join('\n'))
  } else if (url.pathname === '/hochladen' && request.method === 'POST') {
    request.pipe(fs.createWriteStream(path.join(uploads, path.basename(url.searchParams.get('name')))))
    request.on('end', () => response.end('ok'))
  } else if (url.pathname === '/warten') {
    waiting.push(response)
  } else {
    response.statusCode = 404
    response.end('nicht da')
  }
}

setInterval(() => { while (waiting.length) waiting.pop().end('nichts Neues') }, 3000)
http.createServer((request, response) => answer(request, response).catch(error => {
  response.statusCode = 500
  response.end(String(error))
})).listen(Number(process.env.PORT), '127.0.0.1')
