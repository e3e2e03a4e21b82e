module.exports = {
  apps: [
    { name: 'portal', script: './server.js', env: { NODE_ENV: 'production', PORT: '3000', JWT_SECRET: 'Bachstelze-8350-jwt' } },
    { name: 'portal-mailer', script: './mailer.js', env: { NODE_ENV: 'production' } }
  ]
}
