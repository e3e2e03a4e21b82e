'use strict'
// So viel von Redis, wie das Portal braucht
const net = require('net')
const url = new URL(process.env.REDIS_URL)

function read (text) {
  if (text.startsWith('$-1') || text.startsWith('*-1')) return null
  const lines = text.split('\r\n')
  return text.startsWith('*') ? lines[4] : text.startsWith('$') ? lines[1] : lines[0].slice(1)
}

module.exports = (...words) => new Promise((resolve, reject) => {
  const socket = net.connect(Number(url.port || 6379), url.hostname)
  const say = list => socket.write(`*${list.length}\r\n` + list.map(w => `$${Buffer.byteLength(w)}\r\n${w}\r\n`).join(''))
  let signedIn = false
  socket.on('error', reject)
  say(['AUTH', decodeURIComponent(url.password)])
  socket.on('data', data => {
    if (!signedIn) { signedIn = true; return say(words) }
    socket.end()
    resolve(read(data.toString()))
  })
})
