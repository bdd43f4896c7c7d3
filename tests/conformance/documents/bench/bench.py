"""One form of one page, written by us and by what a user would pick instead, in turns in one run: milliseconds a document, bytes.

    bench.py OUR_BENCH

Every document is another person's: names, places, numbers and dates differ, so nothing of the answers can be kept from one to the
next, and all are given the same ones. The others get their warm-up. LibreOffice turns our DOCX into PDF, many files in one start,
without the time of the start.
"""

import json
import random
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

FAMILY = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Mai Tô Quách Tạ Lương Ông Âu Ấu".split()
MIDDLE = "Thị Văn Hữu Đức Minh Ngọc Thanh Xuân Thu Kim Quốc Gia Bảo Mỹ Ánh Đình Công Khánh Phương Thùy Tường Ái Ý Ỷ".split()
GIVEN = (
    "An Ánh Ân Bảo Bình Cẩm Chỉnh Cúc Cường Diễm Dũng Đạt Đĩnh Giang Hạ Hằng Hiếu Hòa Hồng Huệ Hưởng Khuê Kỳ Lam Liễu Lộc Luyến Lý Mẫn Mỵ Nghĩa "
    "Ngữ Nhị Nhựt Oanh Phúc Phượng Quế Quỳnh Sửu Tấn Thắng Thỉ Thơ Thục Tiển Tỵ Trầm Tuệ Uyển Ước Vĩ Vượng Xoan Yến Ý Ổn"
).split()
STREET = "Thử Nghiệm|Hoa Sữa|Bờ Kè|Đồng Cỏ|Giếng Nước|Ngõ Trúc|Cầu Gỗ|Lối Mòn|Xóm Chài|Ruộng Bậc|Ổi|Ẩm Thực".split("|")
WARD = "Hoa Ban|Mây Trắng|Suối Đá|Gò Me|Trảng Cỏ|Bàu Sen|Rừng Thông|Đất Đỏ|Nắng Ấm|Vườn Ươm|Ỷ La".split("|")
CITY = "Đà Nẵng|Huế|Hải Phòng|Cần Thơ|Hà Nội|Hồ Chí Minh".split("|")


def answers(number):
    """What one person says; invented, and the same for the same number."""
    of = random.Random(number)

    def one_of(*lists):
        return " ".join(of.choice(words) for words in lists)

    def date(first, last):
        return f"{of.randint(1, 28):02}/{of.randint(1, 12):02}/{of.randint(first, last)}"

    mother, father = one_of(FAMILY, MIDDLE, GIVEN), one_of(FAMILY, MIDDLE, GIVEN)
    ward, city = of.choice(WARD), of.choice(CITY)
    return {
        "kinh_gui": f"Ủy ban nhân dân phường {ward}",
        "ho_ten": mother,
        "noi_cu_tru": f"Số {of.randint(1, 400)}, đường {of.choice(STREET)}, tổ {of.randint(1, 40)}, phường {ward}, thành phố {city}",
        "giay_to": f"Thẻ căn cước số 0{of.randrange(10**11):011} do Bộ Công an cấp ngày {date(2021, 2025)}",
        "quan_he": of.choice(["Mẹ", "Mẹ đẻ", "Bà", "Cô", "Dì", "Chị"]),
        "tre": one_of(FAMILY, MIDDLE, MIDDLE, GIVEN),
        "ngay_sinh": date(2024, 2026),
        "gioi_tinh": of.choice(["Nam", "Nữ"]),
        "dan_toc": of.choice(["Kinh", "Tày", "Mường", "Ê-đê", "Ba-na", "Chăm", "Hrê"]),
        "quoc_tich": "Việt Nam",
        "cha_me": [{"ten": father, "nam": str(of.randint(1975, 2004))}, {"ten": mother, "nam": str(of.randint(1975, 2004))}],
    }


def milliseconds(work):
    started = time.perf_counter()
    made = work()
    return (time.perf_counter() - started) * 1000, made


def ours(program, folder, first):
    """Papers of the people from `first` on; the first ones' files are kept."""
    people = folder / "answers.jsonl"
    people.write_text("".join(json.dumps(answers(first + at), ensure_ascii=False) + "\n" for at in range(OURS)))
    told = subprocess.run(
        [program, HERE / "form.layout", people, folder / "ours", str(1 + OFFICE)], check=True, capture_output=True
    )
    return json.loads(told.stdout)


def by_typst(number):
    said = json.dumps(answers(number), ensure_ascii=False)
    return typst.compile(str(HERE / "form.typ"), format="pdf", pdf_standards=["a-2b"], sys_inputs={"answers": said})


def by_weasyprint(number):
    said = answers(number)
    rows = (f"<tr><td>{at}</td><td>{one['ten']}</td><td>{one['nam']}</td></tr>" for at, one in enumerate(said.pop("cha_me"), 1))
    text = (HERE / "weasyprint.template").read_text()
    boxes = {box: "×" if said["gioi_tinh"] == box else "" for box in ("Nam", "Nữ")}
    for key, value in {**said, **boxes, "rows": "".join(rows)}.items():
        text = text.replace("{" + key + "}", value)
    return weasyprint.HTML(string=text).write_pdf(pdf_variant="pdf/ua-1")


def by_office(folder, count):
    files = [folder / f"ours-{number}.docx" for number in range(count)]
    out = folder / "office"
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", out, *files]
    subprocess.run(command, check=True, capture_output=True)
    return (out / "ours-0.pdf").read_bytes()


def main():
    program = sys.argv[1]
    times = {"pdf": [], "docx": [], "first pdf": [], "first docx": [], "typst": [], "weasyprint": [], "libreoffice": []}
    sizes = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        ours(program, folder, 0)
        by_typst(-1), by_weasyprint(-1), by_office(folder, 1)
        number = 0
        for _ in range(ROUNDS):
            told = ours(program, folder, number)
            assert told["mostPages"] == 1, "the form no longer fits one page"
            for what in ("pdf", "docx"):
                times[what].append(told[what])
                times[f"first {what}"].append(told["first"][what])
                sizes[what] = sizes[f"first {what}"] = told[f"{what}Bytes"]
            for name, work, count in (("typst", by_typst, TYPST), ("weasyprint", by_weasyprint, WEASYPRINT)):
                for at in range(count):
                    took, made = milliseconds(lambda: work(number + at))
                    times[name].append(took)
                    sizes[name] = len(made)
            alone, _ = milliseconds(lambda: by_office(folder, 1))
            together, made = milliseconds(lambda: by_office(folder, 1 + OFFICE))
            times["libreoffice"].append((together - alone) / OFFICE)
            sizes["libreoffice"] = len(made)
            number += OURS
    medians = {name: statistics.median(all_of) for name, all_of in times.items()}
    for name, median in medians.items():
        peer = "" if "pdf" in name or "docx" in name else f", {median / medians['pdf']:.1f} times our PDF"
        print(f"{name:<12} {median:8.2f} ms a document, {sizes[name]:>7} bytes{peer}")


if __name__ == "__main__":
    main()
