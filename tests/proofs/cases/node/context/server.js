'use strict';

const fs = require('fs');
const http = require('http');

// Says how many files have been brought, and takes more of them.
const server = http.createServer((request, response) => {
  if (request.method === 'PUT') {
    const file = fs.createWriteStream(`uploads/${Date.now()}`);
    request.pipe(file).on('finish', () => response.writeHead(201).end('kept\n'));
    return;
  }
  response.end(`${fs.readdirSync('uploads').length} files\n`);
});

server.listen(3000, () => console.log('ready for files'));

process.on('SIGTERM', () => server.close());
