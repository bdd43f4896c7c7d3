"""A spreadsheet of forms made into both papers by the command line: documents a second, and the most memory that was taken at any moment.

    batch.py HOSO [ROWS]...
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

PACK = "2.000635"
SPEED, FEW, MANY = 1000, 100, 10_000
GIVEN = ["Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ANSWERS = {
    "kinh_gui": "Ủy ban nhân dân phường Hoa Ban",
    "nguoi_yeu_cau.ho_ten": "Phạm Thị Ví Dụ",
    "nguoi_yeu_cau.noi_cu_tru.xa": "Phường Hoa Ban",
    "nguoi_yeu_cau.noi_cu_tru.tinh": "Tỉnh Quảng Ngãi",
    "nguoi_yeu_cau.giay_to.loai": "Thẻ căn cước",
    "nguoi_yeu_cau.giay_to.so": "062190000031",
    "nguoi_yeu_cau.giay_to.co_quan_cap": "Bộ Công an",
    "nguoi_yeu_cau.giay_to.ngay_cap": "10/02/2025",
    "nguoi_yeu_cau.quan_he": "Cha, mẹ",
    "loai_viec": "khai sinh",
    "nguoi_duoc_cap.ho_ten": "Đỗ Phạm Gia Thử",
    "nguoi_duoc_cap.ngay_sinh": "30/05/2015",
    "nguoi_duoc_cap.gioi_tinh": "Nữ",
    "nguoi_duoc_cap.dan_toc": "Kinh",
    "nguoi_duoc_cap.quoc_tich": "Việt Nam",
    "nguoi_duoc_cap.noi_cu_tru.xa": "Phường Hoa Ban",
    "nguoi_duoc_cap.noi_cu_tru.tinh": "Tỉnh Quảng Ngãi",
    "dang_ky.noi_dang_ky": "Ủy ban nhân dân phường Hoa Ban",
    "dang_ky.giay_to": "Giấy khai sinh",
    "dang_ky.so": "112/2015",
    "dang_ky.ngay_dang_ky": "15/06/2015",
    "so_luong_ban_sao": "3",
    "lam_tai": "Phường Hoa Ban",
    "ngay": "20/11/2026",
    "cam_doan": "x",
}


def spreadsheet(path, rows):
    """A workbook as spreadsheet programs write it: texts stand once and cells name them."""
    known, lines = {}, []

    def cell(text):
        return f'<c t="s"><v>{known.setdefault(text, len(known))}</v></c>'

    lines.append("".join(map(cell, ANSWERS)))
    for row in range(rows):
        name = f"Đỗ {GIVEN[row % 10]} {GIVEN[row // 10 % 10]} {GIVEN[row // 100 % 10]} {GIVEN[row // 1000 % 10]}"
        answers = {**ANSWERS, "nguoi_duoc_cap.ho_ten": name, "dang_ky.so": f"{row + 1}/2015"}
        lines.append("".join(map(cell, answers.values())))
    sheet = "".join(f'<row r="{at + 1}">{cells}</row>' for at, cells in enumerate(lines))
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in known)

    def relations(*kinds):
        listed = "".join(f'<Relationship Id="r{at}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(kinds))
        return f'<Relationships xmlns="{PACKAGE}">{listed}</Relationships>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml")))
        parts = relations(("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))
        book.writestr("xl/_rels/workbook.xml.rels", parts)
        sheets = '<sheets><sheet name="Trang 1" sheetId="1" r:id="r0"/></sheets>'
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{sheets}</workbook>')
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
        book.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>')


class Hoso:
    def __init__(self, program, home):
        self.program, self.home = program, home
        (home / "pin").write_text("mo-khoa-2468")

    def __call__(self, *arguments):
        """What it answered, seconds, and the most memory in MiB."""
        command = [self.program, "--home", self.home / "profile", "--pin-file", self.home / "pin", "--json", *arguments]
        started = time.perf_counter()
        with open(self.home / "answer", "wb") as answer:
            child = subprocess.Popen(command, stdout=answer)
            _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            sys.exit(f"{' '.join(map(str, arguments[:2]))} failed")
        return json.loads((self.home / "answer").read_text()), seconds, used.ru_maxrss / 1024


def batch(hoso, folder, rows):
    """Seconds and memory of checking, and of making both papers."""
    file, out = folder / f"{rows}.xlsx", folder / f"papers-{rows}"
    spreadsheet(file, rows)
    checked, check_seconds, check_memory = hoso("batch", "check", PACK, str(file), "--no-profile")
    assert checked["batch"]["counts"]["good"] == rows, checked["batch"]["counts"]
    made, seconds, memory = hoso("batch", "run", checked["batch"]["id"], "--out", str(out))
    assert made["batch"]["counts"]["done"] == rows, made["batch"]["counts"]
    written = sum(1 for file in out.iterdir() if file.suffix in (".pdf", ".docx"))
    assert written == 2 * rows, written
    return {"check": (check_seconds, check_memory), "make": (seconds, memory)}


def main():
    program = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="hoso-batch-") as name:
        folder = Path(name)
        hoso = Hoso(program, folder)
        hoso(*"profile create --name".split(), "Nguyễn Thị An", *"--identity 001090000001 --birth-date 1990-01-01".split(),
             *"--phone 0900000001 --email an@example.com --province".split(), "Tỉnh Quảng Ngãi", "--commune", "Phường Hoa Ban",
             "--address", "Số 5, đường Mẫu")
        sizes = [int(size) for size in sys.argv[2:]] or [FEW, SPEED, MANY]
        figures = {rows: batch(hoso, folder, rows) for rows in sizes}
    print(f"{'rows':>6}  {'check, s':>9}  {'MiB':>5}  {'papers, s':>9}  {'documents/s':>11}  {'MiB':>5}")
    for rows, of in figures.items():
        (check, check_memory), (make, memory) = of["check"], of["make"]
        print(f"{rows:>6}  {check:>9.1f}  {check_memory:>5.0f}  {make:>9.1f}  {2 * rows / make:>11.0f}  {memory:>5.0f}")
    few, many = figures[min(figures)], figures[max(figures)]
    ratio = {what: many[what][1] / few[what][1] for what in few}
    print(f"memory of {max(figures)} rows to {min(figures)}: checking {ratio['check']:.2f}, making {ratio['make']:.2f}")


if __name__ == "__main__":
    main()
