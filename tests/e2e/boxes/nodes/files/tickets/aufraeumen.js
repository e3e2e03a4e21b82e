#!/opt/node/bin/node
'use strict'
const mysql = require('/opt/tickets/node_modules/mysql')
const config = require('/opt/tickets/config/production.json')
const one = mysql.createConnection(config.database)
one.query('DELETE FROM sitzung WHERE bis < NOW()', error => { if (error) throw error; one.end() })
