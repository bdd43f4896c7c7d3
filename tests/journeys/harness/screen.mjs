// A screen and a message bus of our own, shared by all windows of one test file.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './folder.mjs';
import { Program } from './process.mjs';

// No service directories: a keyring or a desktop portal of the machine would make runs differ.
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=@DIR@</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

let shared;

/** Starts the screen and the bus once; resolves to the variables that a window needs to use them. */
export function screen() {
  shared ??= start();
  return shared;
}

async function start() {
  const xvfb = new Program(
    'Xvfb',
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1920x1400x24', '-nolisten', 'tcp', '-noreset'],
    { pipes: 1 },
  );
  const display = await xvfb.line(/^\d+$/);

  const dir = folder('bus');
  const config = join(dir, 'session.conf');
  writeFileSync(config, BUS.replace('@DIR@', dir));
  const bus = new Program('dbus-daemon', 'dbus-daemon', [
    `--config-file=${config}`,
    '--nofork',
    '--print-address=1',
  ]);
  const address = await bus.line(/^unix:/);

  const runtime = join(dir, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  return {
    DISPLAY: `:${display}`,
    DBUS_SESSION_BUS_ADDRESS: address,
    XDG_RUNTIME_DIR: runtime,
    GDK_BACKEND: 'x11',
    // There is no accessibility bus here, and GTK would wait for it.
    NO_AT_BRIDGE: '1',
    LIBGL_ALWAYS_SOFTWARE: '1',
  };
}
