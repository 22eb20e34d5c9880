#!/usr/bin/python3
"""Seeds each mistake in a temporary tree and sees the checks find it, and only it."""

import os
import tempfile
import unittest

import include_order
import machine_paths
import tour


class Tree(tempfile.TemporaryDirectory):
    """A temporary folder with the files of a {path: text} table."""

    def __init__(self, files):
        super().__init__()
        for path, text in files.items():
            full = os.path.join(self.name, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)


class IncludeOrderTest(unittest.TestCase):
    ALLOWED = [
        ("gateway/store/store.h", "gateway/base/clock.h"),
        ("gateway/store/sqlite/database.cc", "gateway/store/store.h"),
        ("gateway/store/sqlite/database.cc", "sqlite3.h"),
        ("gateway/server/server.cc", "gateway/ingest/ingest.h"),
        ("gateway/server/server.cc", "grpcpp/grpcpp.h"),
        ("gateway/settings/settings.h", "gateway/security/principal.h"),
        ("gateway/main.cc", "adapters/register_adapters.h"),
        ("gateway/main.cc", "gateway/server/server.h"),
        ("gateway/ctl/main.cc", "gateway/generate/generate.h"),
        ("gateway/base/status.h", "google/rpc/status.pb.h"),
        ("adapters/bkn/bkn_adapter.h", "gateway/adapter/adapter.h"),
        ("adapters/bkn/bkn_adapter.cc", "adapters/common/envelope.h"),
        ("adapters/register_adapters.cc", "adapters/bkn/bkn_adapter.h"),
        ("tests/unit/store/store_test.cc", "gateway/server/server.h"),
        ("tests/fault/vfs.cc", "sqlite3.h"),
        ("tests/simulators/bkn.cc", "tests/simulators/http.h"),
    ]
    FORBIDDEN = [
        ("gateway/base/clock.h", "gateway/store/store.h"),
        ("gateway/store/store.h", "gateway/validate/validate.h"),
        ("gateway/security/principal.h", "gateway/settings/settings.h"),
        ("gateway/ingest/ingest.h", "gateway/delivery/dispatcher.h"),
        ("gateway/ingest/ingest.cc", "gateway/server/server.h"),
        ("gateway/server/server.cc", "adapters/bkn/bkn_adapter.h"),
        ("gateway/ctl/main.cc", "gateway/store/store.h"),
        ("gateway/new_part/x.h", "gateway/base/clock.h"),
        ("adapters/bkn/bkn_adapter.cc", "gateway/store/store.h"),
        ("adapters/bkn/bkn_adapter.cc", "adapters/pmm/pmm_mapping.h"),
        ("gateway/store/store.h", "tests/fakes/fake_clock.h"),
        ("gateway/store/store.h", "sqlite3.h"),
        ("gateway/ingest/ingest.cc", "openssl/sha.h"),
        ("gateway/ingest/ingest.cc", "boost/asio.hpp"),
        ("gateway/server/server.cc", "curl/curl.h"),
        ("gateway/ingest/ingest.cc", "kinerja/v1/skp_service.grpc.pb.h"),
        ("tests/simulators/bkn.cc", "gateway/base/clock.h"),
    ]

    def test_accepts_what_the_table_allows(self):
        for path, included in self.ALLOWED:
            with self.subTest(path=path, included=included):
                with Tree({path: f'// First line.\n#include "{included}"\n'}) as root:
                    self.assertEqual(include_order.check(root), [])

    def test_names_file_and_line_of_a_wrong_include(self):
        for path, included in self.FORBIDDEN:
            with self.subTest(path=path, included=included):
                with Tree({path: f'// First line.\n#include "{included}"\n'}) as root:
                    mistakes = include_order.check(root)
                self.assertEqual(len(mistakes), 1, mistakes)
                self.assertRegex(mistakes[0], rf"^{path}:2: ")

    def test_refuses_a_path_that_is_relative_to_the_file(self):
        with Tree({"gateway/base/a.h": "", "gateway/base/a.cc": '#include "a.h"\n'}) as root:
            mistakes = include_order.check(root)
        self.assertEqual(len(mistakes), 1)
        self.assertTrue(mistakes[0].startswith("gateway/base/a.cc:1: "))

    def test_sees_angle_brackets_and_indented_directives(self):
        with Tree({"gateway/ingest/ingest.cc": "#  include <sqlite3.h>\n"}) as root:
            self.assertEqual(len(include_order.check(root)), 1)


def _tour_tree(**changes):
    files = {
        "README.md": "".join([
            "| # | File | Look for |\n|---|---|---|\n",
            "| 1 | [proto/a.proto](proto/a.proto) | `Submit` |\n",
            "| 2 | `gateway/b.cc` | `B` |\n",
            "| 3 | gateway/c.cc | `C` |\n",
            "| 4 | gateway/d.cc | comes with step 2 |\n",
            "| 5 | adapters/<peer>/<peer>_adapter.cc | comes with step 2 |\n",
            "| 6 | adapters/<peer>/<peer>_mapping.cc | comes with step 2 |\n"]),
        "proto/a.proto": "// Flow 1 of 6. Before: the caller. Next: gateway/b.cc.\n",
        "gateway/b.cc": "// What it is.\n//\n// Flow 2 of 6. Before: proto/a.proto.\n// Next: gateway/c.cc.\n",
        "gateway/c.cc": "// Flow 3 of 6. Before: gateway/b.cc. Next: the store.\n",
    }
    for path, text in changes.get("files", {}).items():
        if text is None:
            del files[path]
        else:
            files[path] = text
    return Tree(files)


class TourTest(unittest.TestCase):
    def test_accepts_a_chain_that_ends_where_later_steps_begin(self):
        with _tour_tree() as root:
            self.assertEqual(tour.check(root), [])

    def test_finds_each_break(self):
        cases = [
            ("no comment", {"gateway/b.cc": "int b;\n"}, "gateway/b.cc:1: opens with 0"),
            ("wrong number", {"gateway/c.cc": "// Flow 2 of 6. Before: b.cc. Next: d.\n"},
             "gateway/c.cc:1: says Flow 2 of 6"),
            ("wrong neighbour", {"gateway/c.cc": "// Flow 3 of 6. Before: z.cc. Next: d.\n"},
             "gateway/c.cc:1: `Before:`"),
            ("next missing", {"proto/a.proto": "// Flow 1 of 6. Before: x. Next: somewhere.\n"},
             "proto/a.proto:1: `Next:`"),
            ("a hole", {"gateway/b.cc": None}, "README.md:4: gateway/b.cc does not exist"),
            ("a stray comment", {"gateway/z.cc": "// Flow 4 of 6. Before: c. Next: d.\n"},
             "gateway/z.cc:1: has a Flow comment"),
            ("no readme", {"README.md": None}, "README.md:1: missing"),
            ("no table", {"README.md": "| 1 | proto/a.proto | x |\n"}, "README.md:1: the tour has 1"),
        ]
        for name, files, want in cases:
            with self.subTest(name), _tour_tree(files=files) as root:
                mistakes = tour.check(root)
                self.assertTrue(mistakes and mistakes[0].startswith(want), mistakes)


class MachinePathsTest(unittest.TestCase):
    def test_finds_paths_of_the_machine(self):
        for folder in ("work/x", "root", "home/ani", "Users/ani", "tmp/kj"):
            with self.subTest(folder), Tree({"a/b.md": f"see\n/{folder} there\n"}) as root:
                mistakes = machine_paths.check(root)
                self.assertEqual(len(mistakes), 1)
                self.assertTrue(mistakes[0].startswith("a/b.md:2: "))

    def test_leaves_other_paths_alone(self):
        text = "/tmp/x ${dir}/work/a /var/lib/kinerja https://x.id/root /rooted /working/ a/home/b\n"
        with Tree({"a.md": text}) as root:
            self.assertEqual(machine_paths.check(root), [])


if __name__ == "__main__":
    unittest.main()
