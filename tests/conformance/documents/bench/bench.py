"""One form of one page, written by us and by what a user would pick instead, in turns in one run: milliseconds a document, bytes.

    bench.py OUR_BENCH

The others get their warm-up and a new name in every round, as they would in a batch. LibreOffice turns our DOCX into PDF, many files in one
start, without the time of the start.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import typst
import weasyprint

HERE = Path(__file__).parent
ROUNDS = 5
OURS, TYPST, WEASYPRINT, OFFICE = 200, 12, 5, 12


def milliseconds(work):
    started = time.perf_counter()
    made = work()
    return (time.perf_counter() - started) * 1000, made


def ours(program, folder):
    told = subprocess.run(
        [program, HERE / "form.layout", HERE / "answers.json", str(OURS), folder / "ours"], check=True, capture_output=True
    )
    return json.loads(told.stdout)


def by_typst(number):
    return typst.compile(str(HERE / "form.typ"), format="pdf", pdf_standards=["a-2b"], sys_inputs={"name": f"Trần Thị Mẫu {number}"})


def by_weasyprint(number):
    answers = json.loads((HERE / "answers.json").read_text())
    text = (HERE / "weasyprint.template").read_text()
    for key, value in {**answers, "name": f"Trần Thị Mẫu {number}"}.items():
        text = text.replace("{" + key + "}", str(value))
    return weasyprint.HTML(string=text).write_pdf(pdf_variant="pdf/ua-1")


def by_office(folder, count):
    docx = (folder / "ours.docx").read_bytes()
    files = [folder / f"copy-{number}.docx" for number in range(count)]
    for file in files:
        file.write_bytes(docx)
    out = folder / "office"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", out, *files]
    subprocess.run(command, check=True, capture_output=True)
    return (out / "copy-0.pdf").read_bytes()


def main():
    program = sys.argv[1]
    times = {"pdf": [], "docx": [], "typst": [], "weasyprint": [], "libreoffice": []}
    sizes = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ours(program, folder)
        by_typst(-1), by_weasyprint(-1), by_office(folder, 1)
        number = 0
        for _ in range(ROUNDS):
            told = ours(program, folder)
            assert told["pages"] == 1, "the form no longer fits one page"
            times["pdf"].append(told["pdf"])
            times["docx"].append(told["docx"])
            sizes |= {"pdf": told["pdfBytes"], "docx": told["docxBytes"]}
            for name, work, count in (("typst", by_typst, TYPST), ("weasyprint", by_weasyprint, WEASYPRINT)):
                for _ in range(count):
                    number += 1
                    took, made = milliseconds(lambda: work(number))
                    times[name].append(took)
                    sizes[name] = len(made)
            alone, _ = milliseconds(lambda: by_office(folder, 1))
            together, made = milliseconds(lambda: by_office(folder, 1 + OFFICE))
            times["libreoffice"].append((together - alone) / OFFICE)
            sizes["libreoffice"] = len(made)
    medians = {name: statistics.median(all_of) for name, all_of in times.items()}
    for name, median in medians.items():
        peer = "" if name in ("pdf", "docx") else f", {median / medians['pdf']:.1f} times our PDF"
        print(f"{name:<12} {median:8.2f} ms a document, {sizes[name]:>7} bytes{peer}")


if __name__ == "__main__":
    main()
