/** Ink and size of a signature's picture; the paper shows it on white. */
export const WIDTH = 600;
export const HEIGHT = 200;
const INK = '#12305c';

/** A fresh surface to sign on. */
export function surface(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  return canvas;
}

/** One stroke between two points of the surface. */
export function stroke(canvas: HTMLCanvasElement, from: [number, number], to: [number, number]): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.strokeStyle = INK;
  pen.lineWidth = 4;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

/** A typed name as a signature, as large as it fits. */
export async function written(name: string): Promise<string> {
  const canvas = surface();
  const pen = canvas.getContext('2d');
  if (!pen) return '';
  let size = 72;
  const font = () => `italic 500 ${size}px 'Be Vietnam Pro', serif`;
  // The letters with Vietnamese marks are in a file of their own, which may not be here yet.
  await document.fonts.load(font(), name);
  pen.font = font();
  while (size > 16 && pen.measureText(name).width > WIDTH - 40) {
    size -= 2;
    pen.font = font();
  }
  pen.fillStyle = INK;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(name, WIDTH / 2, HEIGHT / 2);
  return canvas.toDataURL('image/png');
}

/** A picture fitted into the surface; fails when it is none. */
export async function pictured(file: Blob): Promise<string> {
  const picture = new Image();
  const address = URL.createObjectURL(file);
  try {
    picture.src = address;
    await picture.decode();
    const scale = Math.min(WIDTH / picture.width, HEIGHT / picture.height, 1);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const canvas = surface();
    canvas.getContext('2d')?.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
    return canvas.toDataURL('image/png');
  } finally {
    URL.revokeObjectURL(address);
  }
}
