"""Reads the papers of a folder with other people's programs and says what each of them finds wrong.

    check.py FOLDER

For every NAME.pdf, NAME.docx and NAME.json (see crates/app/examples/documents.rs), and office/NAME.pdf that LibreOffice made of the DOCX:
PDF/A-2b and PDF/UA-1 by page-validation, the structure by qpdf, words and their order by poppler and by python-docx, pages by LibreOffice,
and the looks by the pictures in references/. Prints a JSON object per paper: its name and its problems.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import docx
import page
from docx.oxml.ns import qn

import looks


def read(*command):
    done = subprocess.run(command, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {(done.stdout + done.stderr).decode(errors='replace').strip()}")
    return done.stdout.decode()


def words(text):
    return unicodedata.normalize("NFC", text).split()


def standards(pdf):
    """Which rules of archives and of screen readers the file breaks."""
    for profile in ("2b", "ua1"):
        result = page.validate_pdf(str(pdf), profile=profile)
        if not result.is_compliant:
            yield f"{profile}: {getattr(result, 'failed_rules', None) or getattr(result, 'failures', None) or result}"


def in_the_next_box(paragraph):
    """Whether a paragraph holds the next character of an answer in boxes: their table has the whole answer for its description."""
    cell = paragraph.getparent()
    if cell.tag != qn("w:tc") or cell.getparent().getparent().find(f"{qn('w:tblPr')}/{qn('w:tblDescription')}") is None:
        return False
    before = cell.getprevious()
    return before is not None and before.tag == qn("w:tc") and len("".join(before.itertext(qn("w:t")))) == 1


def text_of(root):
    """Every word below an element, those in content controls too, and what separates them."""
    pieces = []
    for node in root.iter():
        if node.tag == qn("w:p") and in_the_next_box(node):
            continue
        if node.tag == qn("w:t"):
            pieces.append(node.text or "")
        elif node.tag == qn("w:p"):
            # Of a number in boxes each digit is a cell.
            pieces.append("" if in_boxes(node) else " ")
        elif node.tag in (qn("w:br"), qn("w:tab"), qn("w:tbl"), qn("w:sym")):
            pieces.append(" ")
    return "".join(pieces)


def in_boxes(paragraph):
    table = next(paragraph.iterancestors(qn("w:tbl")), None)
    described = table is not None and table.find(f"{qn('w:tblPr')}/{qn('w:tblDescription')}") is not None
    return described and len("".join(text.text or "" for text in paragraph.iter(qn("w:t")))) <= 1


def word_parts(document):
    """The words of a DOCX: those in the body in their order, and those of headers and footers."""
    section = document.sections[0]
    edges = [text_of(part._element) for part in (section.first_page_header, section.first_page_footer)]
    return words(text_of(document.element.body)), [words(edge) for edge in edges]


def repeated(document):
    """Words of the rows that every page repeats."""
    rows = [row for row in document.element.body.iter(qn("w:tr")) if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    return {word for row in rows for word in words(text_of(row))}


def answer(answers, path):
    """The answer at a path such as con[0].ten."""
    value = answers
    for key in re.findall(r"[^.\[\]]+", path):
        if isinstance(value, list):
            value = value[int(key)] if key.isdigit() and int(key) < len(value) else None
        elif isinstance(value, dict):
            value = value.get(key)
        else:
            return None
    return value


def controls(document, told):
    """Answers in content controls, by the path that is their tag."""
    said = {}
    for control in document.element.body.iter(qn("w:sdt")):
        for path in control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")).split():
            said.setdefault(path, []).extend(words(text_of(control)))
    everything = [word for spoken in said.values() for word in spoken]
    # Digits in boxes are a table of their own, described by the whole number.
    boxed = {table.get(qn("w:val")) for table in document.element.body.iter(qn("w:tblDescription"))}
    for path in sorted(set(told["shown"])):
        value = answer(told["answers"], path)
        if not isinstance(value, str) or value in boxed or len(path) > 64:
            continue
        # Boxes tell it without words.
        if re.sub(r"\[\d+\]", "", path) in told["ticked"]:
            continue
        # A layout may print an answer in capitals, or a date in words; a tag has no room for the paths of many joined answers.
        shown = " ".join(said.get(path, everything)).upper()
        missing = [word for word in words(value) if word.upper() not in shown]
        if missing and not re.fullmatch(r"\d\d/\d\d/\d{4}", value):
            yield f"the answer {path} is not in a content control: {missing[:5]}"


def same_words(told, document, pdf):
    wanted = told["words"]
    body, (header, footer) = word_parts(document)
    if header + body + footer != wanted:
        yield f"python-docx reads other words: {difference(wanted, header + body + footer)}"
    if any(word != unicodedata.normalize("NFC", word) for word in wanted):
        yield "words that are not in NFC"

    tree = words(quoted(read("pdfinfo", "-struct-text", str(pdf))))
    if "".join(tree) != "".join(body):
        yield f"the structure tree reads in another order: {difference(body, tree)}"

    drawn = Counter(words(read("pdftotext", "-raw", "-enc", "UTF-8", str(pdf), "-")))
    missing, extra = Counter(wanted) - drawn, drawn - Counter(wanted)
    # A word that is wider than its column goes on in the next line, and reads as two: what counts is that no letter is lost.
    again = repeated(document) | set(header) | set(footer) | {str(number) for number in range(2, told["pages"] + 1)}
    lost = letters(missing) - letters(extra)
    more = letters(extra) - letters(missing)
    if lost or set(more) - set("".join(again)):
        yield f"pdftotext reads other words: missing {list(missing)[:8]}, more {list(extra)[:8]}"


def letters(counted):
    return Counter("".join(counted.elements()))


def quoted(listed):
    """The texts in poppler's listing of the structure tree, in its order."""
    out, inside = [], False
    for line in listed.splitlines():
        stripped = line.strip()
        if not inside and stripped.startswith('"'):
            inside, stripped = True, stripped[1:]
        if inside:
            ends = stripped.endswith('"')
            out.append(stripped[:-1] if ends else stripped)
            inside = not ends
    return " ".join(out)


def difference(wanted, found):
    for index, (one, other) in enumerate(zip(wanted + [None], found + [None])):
        if one != other:
            return f"word {index + 1} is {found[index:index + 6]}, not {wanted[index:index + 6]}"
    return f"{len(found)} words, not {len(wanted)}"


def pages(pdf):
    return int(re.search(r"^Pages: +(\d+)", read("pdfinfo", str(pdf)), re.M)[1])


def problems(folder, name):
    pdf, told = folder / f"{name}.pdf", json.loads((folder / f"{name}.json").read_text())
    document = docx.Document(str(folder / f"{name}.docx"))
    yield from standards(pdf)
    read("qpdf", "--check", str(pdf))
    yield from same_words(told, document, pdf)
    yield from controls(document, told)
    if pages(pdf) != told["pages"]:
        yield f"{pages(pdf)} pages in the PDF, {told['pages']} laid out"
    office = folder / "office" / f"{name}.pdf"
    if not office.exists():
        yield "LibreOffice does not open it"
    elif pages(office) != told["pages"]:
        yield f"LibreOffice makes {pages(office)} pages, the PDF has {told['pages']}"
    if name.endswith(".ordinary"):
        yield from looks.changed(pdf, name.removesuffix(".ordinary"))


def main():
    folder = Path(sys.argv[1])
    for path in sorted(folder.glob("*.json")):
        name = path.name.removesuffix(".json")
        try:
            found = list(problems(folder, name))
        except Exception as error:  # Whatever a program can't read is a problem of the paper.
            found = [f"{type(error).__name__}: {error}"]
        print(json.dumps({"name": name, "problems": found}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
