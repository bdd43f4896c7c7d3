// `server.mjs PORT FOLDER`: @tus/server on a slow disk, so that there is time to kill it in the middle.

import { Transform } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port, directory] = process.argv.slice(2);

class SlowStore extends FileStore {
  write(stream, id, offset) {
    const slow = new Transform({
      async transform(chunk, _, done) {
        await wait(3);
        done(null, chunk);
      },
    });
    stream.on('error', (error) => slow.destroy(error));
    return super.write(stream.pipe(slow), id, offset);
  }
}

const server = new Server({ path: '/files', datastore: new SlowStore({ directory }) });
const listening = server.listen({ host: '127.0.0.1', port: Number(port) }, () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${listening.address().port}` }));
});
