'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const route = require('tinyrouter');

const config = JSON.parse(fs.readFileSync(path.join(__dirname, 'config.json')));
const routes = route({
  '/': (request, response) => response.end('api of ' + config.name + '\n'),
  '/rates': (request, response) => {
    http.get({host: config.billing.host, port: config.billing.port, path: '/rate'}, (answer) => {
      let text = '';
      answer.on('data', (piece) => { text += piece; });
      answer.on('end', () => response.end(JSON.stringify({rate: text.trim(), currency: 'EUR'})));
    }).on('error', (error) => { response.statusCode = 502; response.end(String(error)); });
  },
  '/visits': (request, response) => {
    const file = path.join(config.data, 'visits.txt');
    response.end(fs.existsSync(file) ? fs.readFileSync(file) : 'none\n');
  },
});
if (!process.env.API_TOKEN) { throw new Error('API_TOKEN is not set'); }
http.createServer(routes).listen(config.port, config.listen, () => console.log('api listens on ' + config.port));
process.on('SIGTERM', () => process.exit(0));
