"""How the pages look, against the pictures that are kept in references/.

    looks.py FOLDER    draws every NAME.ordinary.pdf of FOLDER and keeps the pages as the new references
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

KEPT = Path(__file__).parent / "references"
# Where a picture of the difference is left.
DIFFERENCES = Path(os.environ.get("HOSO_DIFFERENCES", tempfile.gettempdir())) / "hoso-differences"

RESOLUTION = 60
# Sixteen greys keep a reference small; rounding to them, and how another poppler smooths the edges of letters, stay well
# below this. A letter, a rule or a box that moved by half a millimetre does not.
TOLERANCE = 72


def drawn(pdf):
    """The pages in grey."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(RESOLUTION), "-gray", str(pdf), f"{folder}/page"], check=True)
        return [Image.open(path).copy() for path in sorted(Path(folder).iterdir())]


def reference(name, number):
    return KEPT / f"{name}-{number}.png"


def changed(pdf, name):
    """Which pages no longer look as they did, each with a picture of the difference."""
    pages = drawn(pdf)
    for number, page in enumerate(pages, 1):
        path = reference(name, number)
        if not path.exists():
            yield f"page {number} has no reference picture: look at the page, then HOSO_REFERENCES=renew cargo xtask test --only documents"
            continue
        kept = Image.open(path).convert("L")
        if kept.size != page.size:
            yield f"page {number} has another size than its reference"
            continue
        difference = ImageChops.difference(kept, page)
        spots = difference.point(lambda grey: 255 if grey > TOLERANCE else 0)
        if spots.getbbox():
            DIFFERENCES.mkdir(parents=True, exist_ok=True)
            shown = DIFFERENCES / f"{name}-{number}.png"
            # What went is red, what came is green.
            Image.merge("RGB", (page, kept, ImageChops.lighter(kept, page))).save(shown)
            left, top, right, bottom = spots.getbbox()
            yield f"page {number} looks other than its reference between ({left}, {top}) and ({right}, {bottom}): see {shown}"
    if reference(name, len(pages) + 1).exists():
        yield f"{len(pages)} pages, its references have more"


def renew(folder):
    KEPT.mkdir(exist_ok=True)
    for old in KEPT.glob("*.png"):
        old.unlink()
    for pdf in sorted(folder.glob("*.ordinary.pdf")):
        for number, page in enumerate(drawn(pdf), 1):
            greys = page.quantize(16, dither=Image.Dither.NONE)
            greys.save(reference(pdf.name.removesuffix(".ordinary.pdf"), number), optimize=True)


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
