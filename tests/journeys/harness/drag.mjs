// Dragging files from the desktop onto the window, as a file manager does it: the drag-and-drop protocol of X11 (XDND 5),
// in which a drag is messages between two windows and needs no mouse.

import { pathToFileURL } from 'node:url';
import { until } from './process.mjs';
import { X11 } from './x11.mjs';

const VERSION = 5;
const PATIENCE = 15_000;

/** Files that are held above the window, until they are dropped or taken away. */
export class Drag {
  /** Picks the files up and brings them to the window. */
  static async start(app, files) {
    const drag = new Drag();
    const x = await X11.open(app.variables.DISPLAY);
    drag.app = app;
    drag.x = x;
    drag.text = files.map((file) => `${pathToFileURL(file)}\r\n`).join('');
    drag.atoms = {};
    const names = ['Enter', 'Position', 'Status', 'Leave', 'Drop', 'Finished', 'Selection', 'ActionCopy'];
    for (const name of names) drag.atoms[name] = await x.atom(`Xdnd${name}`);
    drag.uris = await x.atom('text/uri-list');
    drag.source = x.createWindow();
    drag.target = await until('a window that takes what is dropped', PATIENCE, () => target(x));
    drag.corner = await x.corner(drag.target);
    x.own(drag.source, drag.atoms.Selection);
    drag.#tell('Enter', VERSION << 24, drag.uris, 0, 0);
    return drag;
  }

  /** Holds them above the middle of an element until the window would take them there. */
  async over(element) {
    const middle = await this.app.session.run((element) => {
      element.scrollIntoView({ block: 'center' });
      const { x, y, width, height } = element.getBoundingClientRect();
      const scale = window.devicePixelRatio;
      return [(x + width / 2) * scale, (y + height / 2) * scale].map(Math.round);
    }, element);
    const [x, y] = [this.corner.x + middle[0], this.corner.y + middle[1]];
    await until('the window to take what is held above it', PATIENCE, async () => {
      this.#tell('Position', 0, ((x << 16) | y) >>> 0, 0, this.atoms.ActionCopy);
      const [, flags] = await this.#answer('Status');
      return (flags & 1) === 1;
    });
  }

  /** Lets go. */
  async drop() {
    this.#tell('Drop', 0, 0, 0, 0);
    await this.#answer('Finished');
    this.x.close();
  }

  /** Takes them away again. */
  leave() {
    this.#tell('Leave', 0, 0, 0, 0);
    this.x.close();
  }

  #tell(name, ...numbers) {
    this.x.message(this.target, this.atoms[name], [this.source, ...numbers]);
  }

  /** The window's next message of that name; it is given the addresses of the files when it asks for them meanwhile. */
  #answer(name) {
    return until(`the window's answer ${name}`, PATIENCE, async () => {
      for (let event; (event = this.x.next());) {
        if (event.type === this.atoms[name]) return event.numbers;
        if (event.request) {
          const { requestor, property } = event.request;
          await this.x.setText(requestor, property, this.uris, this.text);
          this.x.selectionReady(requestor, event.request);
        }
      }
    });
  }
}

/** The screen's one window that takes what is dropped. */
async function target(x) {
  for (const window of await x.children(x.root))
    if ((await x.property(window, 'XdndAware')).length > 0) return window;
}
