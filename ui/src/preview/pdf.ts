import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.mjs';
import program from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';

pdfjs.GlobalWorkerOptions.workerSrc = program;

/** An open PDF. */
export type Pdf = {
  readonly pages: number;
  /** Draws a page so wide into a canvas, with its words above it as text that can be selected and read out; answers with pixels a point. */
  draw(
    number: number,
    width: number,
    canvas: HTMLCanvasElement,
    text: HTMLElement,
    stop: AbortSignal,
  ): Promise<number>;
  close(): void;
};

/** One for all papers: a new one has to read its whole program first. */
let worker: pdfjs.PDFWorker | undefined;

export async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  worker ??= new pdfjs.PDFWorker();
  const pdf = await pdfjs.getDocument({
    // The worker takes the buffer over, so it gets a copy.
    data: bytes.slice(),
    worker,
    // A font of the paper's that comes to the page or leaves it has all of the page laid out again.
    disableFontFace: true,
  }).promise;
  return {
    pages: pdf.numPages,
    draw: (...drawing) => draw(pdf, ...drawing),
    close: () => void pdf.loadingTask.destroy(),
  };
}

async function draw(
  pdf: pdfjs.PDFDocumentProxy,
  number: number,
  width: number,
  canvas: HTMLCanvasElement,
  text: HTMLElement,
  stop: AbortSignal,
): Promise<number> {
  const page = await pdf.getPage(number);
  const scale = width / page.getViewport({ scale: 1 }).width;
  const viewport = page.getViewport({ scale });
  const density = Math.min(window.devicePixelRatio || 1, 3);
  // Drawn aside first: the page on screen stays until the new one is whole.
  const fresh = document.createElement('canvas');
  fresh.width = Math.floor(viewport.width * density);
  fresh.height = Math.floor(viewport.height * density);
  const task = page.render({
    canvas: fresh,
    viewport,
    transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0],
  });
  stop.addEventListener('abort', () => task.cancel(), { once: true });
  await task.promise;
  if (stop.aborted) return scale;
  canvas.width = fresh.width;
  canvas.height = fresh.height;
  canvas.getContext('2d')?.drawImage(fresh, 0, 0);
  const words = document.createElement('div');
  words.className = 'words';
  const layer = new pdfjs.TextLayer({
    textContentSource: page.streamTextContent(),
    container: words,
    viewport,
  });
  await layer.render();
  if (stop.aborted) return scale;
  text.style.setProperty('--total-scale-factor', String(scale));
  text.style.setProperty('--scale-factor', String(scale));
  text.replaceChildren(words);
  return scale;
}
