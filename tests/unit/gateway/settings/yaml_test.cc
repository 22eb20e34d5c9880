#include "gateway/settings/yaml.h"

#include <gtest/gtest.h>

namespace kinerja::settings {
namespace {

using Kind = YamlNode::Kind;

// The tree in one line, as text@line; maps in {}, lists in [], nothing as ~, a mistake as !.
std::string Show(const YamlNode& node) {
  std::string inner;
  for (const YamlNode& child : node.children) {
    if (!inner.empty()) inner += ' ';
    if (node.kind == Kind::kMap) inner += child.key + ":";
    inner += Show(child);
  }
  const std::string line = "@" + std::to_string(node.line);
  switch (node.kind) {
    case Kind::kNothing:
      return "~" + line;
    case Kind::kScalar:
      return node.text + line;
    case Kind::kList:
      return "[" + inner + "]";
    case Kind::kMap:
      return "{" + inner + "}";
    case Kind::kBroken:
      return "!" + line;
  }
  return "?";
}

struct Case {
  std::string name;
  std::string yaml;
  std::string tree;
  std::string mistakes;
};

void Check(const Case& c) {
  Mistakes mistakes;
  EXPECT_EQ(Show(ParseYaml(c.yaml, &mistakes)), c.tree) << c.name;
  EXPECT_EQ(Format("f", mistakes.Sorted()), c.mistakes) << c.name;
}

TEST(YamlTest, ReadsMapsListsAndScalarsWithTheirLines) {
  const Case kCases[] = {
      {"empty", "", "~@1", ""},
      {"comment only", "# nothing\n", "~@1", ""},
      {"map", "a: 1\nb:\n  c: x y\n", "{a:1@1 b:{c:x y@3}}", ""},
      {"list", "a:\n  - 1\n  - b: 2\n    c: 3\n", "{a:[1@2 {b:2@3 c:3@4}]}", ""},
      {"flow", "a: [1, '2']\nb: {c: 3}\n", "{a:[1@1 2@1] b:{c:3@2}}", ""},
      {"numbers stay as written", "a: 0123\nb: 1_0\nc: 0x1F\n", "{a:0123@1 b:1_0@2 c:0x1F@3}", ""},
      {"nothing", "a:\nb: ~\nc: null\nd: 'null'\n", "{a:~@1 b:~@2 c:~@3 d:null@4}", ""},
      {"key twice is kept", "a: 1\na: 2\n", "{a:1@1 a:2@2}", ""},
      {"value on a later line has the line of its key", "a:\n\n  x\n", "{a:x@1}", ""},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(YamlTest, NamesWhatItDoesNotRead) {
  const Case kCases[] = {
      {"alias", "a: &x 1\nb: *x\nc: 3\n", "{a:1@1 b:!@2 c:3@3}",
       "f:2: an alias is not read; write the value out"},
      {"merge key", "a: &x {b: 1}\nc:\n  <<: *x\n", "{a:{b:1@1} c:{<<:!@3}}",
       "f:3: an alias is not read; write the value out"},
      {"tag", "a: !!binary aGk=\nb: !x {c: 1}\n", "{a:!@1 b:{c:1@2}}",
       "f:1: a tag is not read; remove it\nf:2: a tag is not read; remove it"},
      {"key that is a list", "? [a, b]\n: 1\nc: 2\n", "{c:2@3}",
       "f:1: a key is no word; write a setting's name"},
      {"two documents", "a: 1\n---\nb: 2\n", "!@1",
       "f:1: more than one document; remove the lines ---"},
      {"indentation", "a:\n  b: 1\n c: 2\n", "!@3",
       "f:3: no YAML: end of map not found; correct what begins here"},
      {"unclosed flow", "a: [1, 2\n", "!@2",
       "f:2: no YAML: end of sequence flow not found; correct what begins here"},
      {"unknown anchor is not quoted", "a: *rahasia\n", "!@1",
       "f:1: no YAML: the referenced anchor is not defined; correct what begins here"},
      {"unknown escape is not quoted", "a: \"\\q\"\n", "!@1",
       "f:1: no YAML: unknown escape character: ; correct what begins here"},
  };
  for (const Case& c : kCases) Check(c);
}

TEST(YamlTest, ReadsUpToItsLimits) {
  Mistakes mistakes;
  const std::string deepest = std::string(32, '[') + "1" + std::string(32, ']');
  EXPECT_EQ(ParseYaml(deepest, &mistakes).kind, Kind::kList);
  std::string longest = "- 1\n";
  for (int i = 2; i < 100'000; ++i) longest += "- 1\n";
  EXPECT_EQ(ParseYaml(longest, &mistakes).children.size(), 99'999U);
  EXPECT_EQ(ParseYaml(std::string(kMaxYamlBytes, ' '), &mistakes).kind, Kind::kNothing);
  EXPECT_TRUE(mistakes.empty()) << Format("f", mistakes.Sorted());
}

TEST(YamlTest, StopsAtItsLimits) {
  std::string too_many;
  for (int i = 1; i < 100'002; ++i) too_many += "- 1\n";
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i)
      bomb += std::string(i == 0 ? "*" : ", *") + static_cast<char>(c - 1);
    bomb += "]\n";
  }
  const Case kCases[] = {
      {"too deep", std::string(33, '[') + "1" + std::string(33, ']'), "!@1",
       "f:1: nested deeper than 32 levels; write it flatter"},
      {"far too deep", std::string(400, '[') + std::string(400, ']'), "!@1",
       "f:1: nested deeper than 32 levels; write it flatter"},
      {"too many", too_many, "!@1", "f:100000: more than 100 000 values; split the configuration"},
      {"too long", std::string(kMaxYamlBytes + 1, ' '), "!@1",
       "f:1: more than 1 MiB; split the configuration"},
  };
  for (const Case& c : kCases) Check(c);
  Mistakes mistakes;
  EXPECT_EQ(ParseYaml(bomb, &mistakes).kind, Kind::kMap);
  EXPECT_EQ(mistakes.size(), 72U);  // each alias, once
}

}  // namespace
}  // namespace kinerja::settings
