"""How python-docx reads agencies' Word files that were filled.

For every NAME.docx and NAME.json (see crates/paper/examples/templates/main.rs) in the folder: prints a JSON object with its name and its problems.
"""

import json
import sys
import unicodedata
from pathlib import Path

import docx
from docx.oxml.ns import qn

GONE = {qn("w:del"), qn("w:moveFrom")}


def text(element):
    """What an element says, without spaces and without what an editor took out."""
    said = "".join(
        found.text or ""
        for found in element.iter(qn("w:t"))
        if not GONE & {above.tag for above in found.iterancestors()}
    )
    return "".join(said.split())


def problems(file):
    told = json.loads(file.with_suffix(".json").read_text())
    document = docx.Document(str(file))
    in_header = told["part"] == "word/header1.xml"
    said = text(document.sections[0].header._element if in_header else document.element.body)
    wanted = "".join("".join(told["paragraphs"]).split())
    if said != unicodedata.normalize("NFC", wanted):
        yield f"python-docx reads {said!r}, not {wanted!r}"


def main():
    for file in sorted(Path(sys.argv[1]).glob("*.docx")):
        try:
            found = list(problems(file))
        except Exception as error:  # Whatever a program can't read is a problem of the file.
            found = [f"{type(error).__name__}: {error}"]
        print(json.dumps({"name": file.stem, "problems": found}, ensure_ascii=False), flush=True)


main()
