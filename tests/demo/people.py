"""Invented people for the demo: what PMM holds of them, what comes later, and who is known at BKN.

    people.py FOLDER

writes into FOLDER, the same every time:

    pmm/*.json       the records that PMM hands out from the beginning
    pmm-later.json   the next version of each plan: its evaluation has arrived
    bkn/*.json       the people as SIASN knows them
    table.json       one line per SKP: id_skp, the PNS id at BKN ("" for nobody), who it is, and where
                     it must be at the end: state, code of the reason, parts at BKN by kind
"""

import json
import os
import sys
import uuid

# kode_bkn, instansi, unor, npsn, school: rows of config/reference.
SCHOOLS = [
    ("9901", "Pemerintah Kab. Contoh Jaya", "UNOR-CJ-0101", "69900001", "SDN 1 Contoh Jaya"),
    ("9901", "Pemerintah Kab. Contoh Jaya", "UNOR-CJ-0201", "69900012", "SMPN 1 Contoh Jaya"),
    ("9901", "Pemerintah Kab. Contoh Jaya", "UNOR-CJ-0202", "69900002", "SMPN 2 Contoh Jaya"),
    ("9902", "Pemerintah Kab. Contoh Makmur", "UNOR-CM-0101", "69920001", "SDN 1 Contoh Makmur"),
    ("9902", "Pemerintah Kab. Contoh Makmur", "UNOR-CM-0201", "69920004", "SMPN 1 Contoh Makmur"),
]
GIVEN = ["Sekar", "Bayu", "Laras", "Damar", "Ayu", "Galih", "Ratri", "Jaka", "Wulan", "Panji"]
FAMILY = ["Wicaksana", "Anggraini", "Mahendra", "Puspita", "Nugraheni", "Saputra"]
# jenjang, its code at SIASN, golongan and pangkat of a PNS on that rung.
RUNGS = [
    ("AHLI_PERTAMA", "PT", "III/b", "Penata Muda Tingkat I"),
    ("AHLI_MUDA", "MU", "III/d", "Penata Tingkat I"),
    ("AHLI_MADYA", "MA", "IV/a", "Pembina"),
]
DINAS = {"nip": "196908251994032004", "nama": "Lestari Widyaningrum", "jabatan": "Kepala Dinas"}

TEACHERS = 44  # every fourth is not evaluated at first; heads and special cases come on top


def rating(hasil="SESUAI_EKSPEKTASI", perilaku="SESUAI_EKSPEKTASI", predikat="BAIK"):
    return {"rating_hasil_kerja": hasil, "rating_perilaku": perilaku, "predikat": predikat}


# Both give Baik by the matrix. Only for Baik has BKN published the ids of the coefficients.
BAIK = [rating(), rating(hasil="DI_ATAS_EKSPEKTASI")]
SANGAT_BAIK = rating("DI_ATAS_EKSPEKTASI", "DI_ATAS_EKSPEKTASI", "SANGAT_BAIK")


class Person:
    """One invented person; n decides everything that is not given."""

    def __init__(self, n, school, status="PNS", head=False, who=""):
        self.n, self.school, self.status, self.head = n, SCHOOLS[school], status, head
        self.rung = RUNGS[2 if head else n % 2]
        self.name = f"{GIVEN[n % 10]} {FAMILY[n // 10 % 6]}"
        born = f"{1972 + n % 20}{n % 12 + 1:02}{n % 28 + 1:02}"
        # PPPK carry a frequency code from 21 where PNS have the month of appointment.
        since = f"2022{21 + n % 4}" if status == "PPPK" else f"201{n % 8}{n % 12 + 1:02}"
        self.nip = None if status == "NON_ASN" else f"{born}{since}{n % 2 + 1}{n:03}"
        self.nik = f"{self.school[0]}{n % 28 + 1:02}{born[6:8]}{born[4:6]}{born[2:4]}{n:04}"
        self.pns_id = f"DE{n:030}" if self.nip else ""
        kind = "kepala sekolah" if head else "guru"
        self.who = who or f"{kind} {status.replace('_', '-')}"

    def identity(self):
        jenjang, _, golongan, pangkat = self.rung
        asn, pns = self.status != "NON_ASN", self.status == "PNS"
        kode, instansi, unor, npsn, school = self.school
        post = "Guru Honorer" if not asn else f"Guru {jenjang.replace('_', ' ').title()}"
        return {
            "nama": self.name, "gelar_depan": None, "gelar_belakang": "S.Pd.",
            "nip": self.nip, "nik": self.nik, "nuptk": None, "status_kepegawaian": self.status,
            "golongan": golongan if pns else "IX" if asn else None,
            "pangkat": pangkat if pns else None,
            "jabatan": "Kepala Sekolah" if self.head else post,
            "jenjang_jabatan": jenjang if asn else None,
            "jenis_ptk": "KEPALA_SEKOLAH" if self.head else "GURU_KELAS",
            "satuan_pendidikan": {"npsn": npsn, "nama": school},
            "unor": {"id": unor, "nama": school},
            "instansi": {"kode_bkn": kode, "nama": instansi},
            "data_dikonfirmasi": True,
        }

    def siasn_rows(self):
        """data-utama and the present post."""
        jenjang, code, golongan, pangkat = self.rung
        person = {
            "id": self.pns_id, "nipBaru": self.nip, "nama": self.name.upper(),
            "gelarBelakang": "S.Pd.", "statusPegawai": self.status,
            "instansiKerjaKodeCepat": self.school[0], "instansiKerjaNama": self.school[1],
            "unorId": self.school[2], "unorNama": self.school[4],
            "jenisJabatanId": "2", "jabatanNama": f"Guru {jenjang.replace('_', ' ').title()}",
            "golRuangAkhir": golongan if self.status == "PNS" else "IX",
            "pangkatAkhir": pangkat if self.status == "PNS" else "",
            "kode_jenjang_jabatan": code, "path": None,
        }
        post = {
            "id": f"00000000-0000-11ef-a001-{self.n:012}", "idPns": self.pns_id,
            "nipBaru": self.nip, "jenisJabatan": "2", "unorId": self.school[2],
            "jabatanFungsionalId": "ff80808132b9d98c0132cd178bc8056e",
            "namaJabatan": person["jabatanNama"], "tmtJabatan": "01-03-2022",
        }
        return person, post


def indicators(quantity, unit, months):
    return [
        {"aspek": "KUANTITAS", "indikator": f"Jumlah {unit} yang diselesaikan",
         "target": str(quantity), "satuan": unit},
        {"aspek": "KUALITAS", "indikator": "Terlaksana sesuai rencana",
         "target": "100", "satuan": "%"},
        {"aspek": "WAKTU", "indikator": "Penyelesaian dalam periode",
         "target": str(months), "satuan": "bulan"},
    ]


def plan(person, months):
    """What PMM has of a plan: practice, competence, behaviour."""
    return {
        "praktik_pembelajaran": {
            "sumber": "RAPOR_PENDIDIKAN", "direkomendasikan": True,
            "indikator": {"kode": "D.1.1", "nama": "Keteraturan suasana kelas",
                          "capaian": "SEDANG"},
            "rhk_pimpinan": "Meningkatnya kualitas pembelajaran di sekolah",
            "rhk": "Meningkatnya keteraturan suasana kelas",
            "indikator_kinerja": indicators(1 + person.n % 3, "siklus observasi", months)},
        "pengembangan_kompetensi": {
            "rhk": [{"peran": "PESERTA_PELATIHAN_MANDIRI",
                     "rhk": "Meningkatnya kompetensi melalui pelatihan mandiri",
                     "target_kuantitas": 5, "poin_satuan": 8, "poin": 40}],
            "total_poin": 40},
        "tugas_tambahan": [],
        "perilaku_kerja": {"dipilih": "KOLABORATIF",
                           "indikator": "Bekerja bersama orang tua murid"}}


def main_task(months):
    return {"rhk_pimpinan": "Terlaksananya proses pembelajaran",
            "rhk": "Terlaksananya tugas pokok",
            "indikator_kinerja": indicators(24, "jam tatap muka", months)}


def judgement(year, half, day, result):
    """The quarters and the end; `result` is that of the last quarter and of the end."""
    quarters = {0: (1, 2, 3, 4), 1: (1, 2), 2: (3, 4)}[half]
    return {
        "periodik": [{"jenis": "TRIWULAN", "urutan": q,
                      **(result if q == quarters[-1] else BAIK[q % 2]),
                      "tanggal": f"{year}-{q * 3:02}-28"} for q in quarters],
        "akhir": {"capaian_organisasi": "BAIK", **result, "tanggal": day, "catatan": None}}


def record(person, rater, year=2025, half=0, version=1, result=None):
    """One SKP in PMM's format: a year, or one half of it; with `result` an evaluated one."""
    months = 6 if half else 12
    begin, end = (f"{year}-07-01" if half == 2 else f"{year}-01-01",
                  f"{year}-06-30" if half == 1 else f"{year}-12-31")
    number = f"{half}-{person.n:07}" if half else f"{person.n:07}"
    id_skp = f"pmm-{year}-{number}"
    agreed, judged = f"{begin[:8]}29T04:00:00Z", end[:8] + "28T03:00:00Z"
    own = person.nip or f"nik:{person.nik}"
    skp = {
        "format": "pmm-pengelolaan-kinerja", "versi": "2024.1" if half else "2025.1",
        "id_skp": id_skp, "versi_rekaman": version,
        "id_kirim": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{id_skp}/{version}")),
        "waktu_kirim": judged if result else agreed,
        "siklus": {"tahun": year, "jenis": "SEMESTER" if half else "TAHUN", "urutan": half or 1,
                   "mulai": begin, "selesai": end},
        "peran": "KEPALA_SEKOLAH" if person.head else "GURU",
        "identitas": person.identity(), "atasan": rater, **plan(person, months),
        "status": "DINILAI" if result else "DISEPAKATI",
        "riwayat_status": [
            {"status": "DIAJUKAN", "waktu": f"{begin[:8]}21T01:00:00Z", "oleh": own},
            {"status": "DISEPAKATI", "waktu": agreed, "oleh": rater["nip"]}],
    }
    if not half:
        skp["tugas_pokok"] = main_task(months)
    if result:
        skp["riwayat_status"].append({"status": "DINILAI", "waktu": judged, "oleh": rater["nip"]})
        skp["penilaian"] = judgement(year, half, judged[:10], result)
    return skp


def expected(state, code="", skp22=0, kinerjaperiodik=0, angkakredit=0):
    """Where an SKP must be when the demo is over."""
    return {"state": state, "code": code,
            "parts": {"skp22": skp22, "kinerjaperiodik": kinerjaperiodik,
                      "angkakredit": angkakredit}}


def whole_year(person):
    """An evaluated year at BKN; credit is counted for PNS only."""
    return expected("DELIVERED", skp22=1, kinerjaperiodik=4,
                    angkakredit=1 if person.status == "PNS" else 0)


class Cast:
    """Everybody's records, and the table of where each must be at the end."""

    def __init__(self):
        self.heads = [Person(1 + i, i, head=True) for i in range(len(SCHOOLS))]
        self.first, self.later = [], []
        self.table = []  # (person, id_skp, expected)

    def rater_of(self, person):
        if person.head:
            return DINAS
        head = next(h for h in self.heads if h.school == person.school)
        return {"nip": head.nip, "nama": head.name, "jabatan": "Kepala Sekolah"}

    def add(self, person, end=None, **what):
        self.first.append(record(person, self.rater_of(person), **what))
        self.table.append((person, self.first[-1]["id_skp"], end or whole_year(person)))

    def add_later(self, person, result):
        """A plan at first; its evaluation comes while the demo runs."""
        person.who += ", evaluated later"
        self.add(person)
        self.later.append(record(person, self.rater_of(person), version=2, result=result))

    def add_staff(self):
        for head in self.heads:
            self.add(head, result=BAIK[0])
        for i in range(TEACHERS):
            teacher = Person(10 + i, i % len(SCHOOLS), "PPPK" if i % 3 == 1 else "PNS")
            if i % 4 == 3:
                self.add_later(teacher, BAIK[i % 2])
            else:
                self.add(teacher, result=BAIK[i % 2])

    def add_special_cases(self):
        # One person, two schools in one year: the second SKP gives the yearly result.
        self.add(Person(60, 0, who="guru PNS, first school"), year=2024, half=1, result=BAIK[0],
                 end=expected("DELIVERED", kinerjaperiodik=2, angkakredit=1))
        self.add(Person(60, 2, who="guru PNS, second school"), year=2024, half=2, result=BAIK[1],
                 end=expected("DELIVERED", skp22=1, kinerjaperiodik=2, angkakredit=1))
        self.add(Person(61, 0, "NON_ASN"), result=BAIK[0], end=expected("SKIPPED", "NON_ASN"))
        self.add(Person(62, 1, who="guru PNS, never evaluated"),
                 end=expected("HELD", "EVALUASI_MISSING"))
        self.add(Person(63, 1, who="guru PNS, Sangat Baik"), result=SANGAT_BAIK,
                 end=expected("REFUSED", "KOEFISIEN_UNKNOWN", skp22=1, kinerjaperiodik=3,
                              angkakredit=1))
        unknown = Person(64, 3, who="guru PNS, unknown at BKN")
        unknown.pns_id = ""
        self.add(unknown, result=BAIK[0], end=expected("REFUSED", "NIP_NOT_FOUND"))
        wrong = Person(65, 0, who="guru PNS, month 13 in the NIP")
        wrong.nip, wrong.pns_id = wrong.nip[:12] + "13" + wrong.nip[14:], ""
        self.add(wrong, result=BAIK[0], end=expected("NOT ACCEPTED", "NIP_TMT"))


def write(folder, name, content):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)


def main():
    folder = sys.argv[1]
    cast = Cast()
    cast.add_staff()
    cast.add_special_cases()
    known = {person.nip: person.siasn_rows() for person, _, _ in cast.table if person.pns_id}
    for i, skp in enumerate(cast.first):
        write(folder, f"pmm/{i + 1:02}-{skp['id_skp']}.json", skp)
    write(folder, "pmm-later.json", cast.later)
    write(folder, "bkn/data-utama.json", [person for person, _ in known.values()])
    write(folder, "bkn/rw-jabatan.json", [post for _, post in known.values()])
    write(folder, "table.json",
          [{"id_skp": id_skp, "pns_id": person.pns_id, "who": person.who, "expected": end}
           for person, id_skp, end in cast.table])
    people = len({person.n for person, _, _ in cast.table})
    print(f"{people} people, {len(cast.first)} SKP, "
          f"{len(cast.later)} evaluations that come later")


if __name__ == "__main__":
    main()
