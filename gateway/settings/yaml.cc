#include "gateway/settings/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <utility>

namespace kinerja::settings {
namespace {

using Kind = YamlNode::Kind;

// Builds the tree from the parser's events. After a limit is passed it only waits for the end.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Mistakes* mistakes) : mistakes_(*mistakes) {}

  YamlNode TakeRoot() { return over_limit_ ? Broken(1) : std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Leaf(mark, Kind::kNothing, "", "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    AddMistake(mark, "an alias is not read; write the value out");
    Leaf(mark, Kind::kBroken, "", "");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    Leaf(mark, Kind::kScalar, tag, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    Open(mark, Kind::kList, tag);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    Open(mark, Kind::kMap, tag);
  }
  void OnMapEnd() override { Close(); }

 private:
  // A list or map that is not closed yet.
  struct Container {
    YamlNode node;
    std::optional<YamlNode> key;  // of a map: read, its value not yet
  };

  static YamlNode Broken(int line) { return {.kind = Kind::kBroken, .line = line}; }
  static int LineOf(const YAML::Mark& mark) { return mark.line + 1; }

  void AddMistake(const YAML::Mark& mark, std::string text) {
    if (!over_limit_) mistakes_.AddAtLine(LineOf(mark), "", std::move(text));
  }

  // Counts a node; false when it is one too many.
  bool MayAdd(const YAML::Mark& mark) {
    if (over_limit_) return false;
    if (++nodes_ > kMaxYamlNodes) {
      AddMistake(mark, "more than 100 000 values; split the configuration");
      over_limit_ = true;
    } else if (open_.size() > kMaxYamlDepth) {
      AddMistake(mark, "nested deeper than 32 levels; write it flatter");
      over_limit_ = true;
    }
    return !over_limit_;
  }

  // The library gives "?" or "!" to what has no tag of its own.
  bool HasTag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return false;
    AddMistake(mark, "a tag is not read; remove it");
    return true;
  }

  void Leaf(const YAML::Mark& mark, Kind kind, const std::string& tag, const std::string& text) {
    if (!MayAdd(mark)) return;
    if (HasTag(mark, tag)) kind = Kind::kBroken;
    Place({.kind = kind, .line = LineOf(mark), .key = "", .text = text, .children = {}});
  }

  void Open(const YAML::Mark& mark, Kind kind, const std::string& tag) {
    if (!MayAdd(mark)) return;
    HasTag(mark, tag);
    Container container;
    container.node.kind = kind;
    container.node.line = LineOf(mark);
    open_.push_back(std::move(container));
  }

  void Close() {
    if (over_limit_) return;
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    Place(std::move(node));
  }

  // Puts a complete node where it belongs.
  void Place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Container& parent = open_.back();
    if (parent.node.kind == Kind::kList) {
      parent.node.children.push_back(std::move(node));
    } else if (!parent.key.has_value()) {
      parent.key = std::move(node);
    } else {
      PlaceInMap(&parent, std::move(node));
    }
  }

  void PlaceInMap(Container* map, YamlNode value) {
    const YamlNode key = *std::exchange(map->key, std::nullopt);
    if (key.kind != Kind::kScalar) {
      if (key.kind != Kind::kBroken) {
        mistakes_.AddAtLine(key.line, "", "a key is no word; write a setting's name");
      }
      return;
    }
    value.key = key.text;
    value.line = key.line;
    map->node.children.push_back(std::move(value));
  }

  Mistakes& mistakes_;
  YamlNode root_;
  std::vector<Container> open_;  // outermost first
  size_t nodes_ = 0;
  bool over_limit_ = false;
};

// The library's reason, but for those that go on with a word of the file.
std::string ReasonOf(const YAML::ParserException& error) {
  for (const char* quoting : {YAML::ErrorMsg::UNKNOWN_ANCHOR, YAML::ErrorMsg::INVALID_ESCAPE}) {
    if (error.msg.starts_with(quoting)) return quoting;
  }
  return error.msg;
}

YamlNode BrokenRoot(int line, std::string text, Mistakes* mistakes) {
  mistakes->AddAtLine(line, "", std::move(text));
  return {.kind = Kind::kBroken, .line = line};
}

}  // namespace

YamlNode ParseYaml(std::string_view text, Mistakes* mistakes) {
  if (text.size() > kMaxYamlBytes) {
    return BrokenRoot(1, "more than 1 MiB; split the configuration", mistakes);
  }
  TreeBuilder builder(mistakes);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) {
      TreeBuilder ignored(mistakes);
      if (parser && parser.HandleNextDocument(ignored)) {
        return BrokenRoot(1, "more than one document; remove the lines ---", mistakes);
      }
    }
  } catch (const YAML::ParserException& error) {
    return BrokenRoot(error.mark.line + 1,
                      "no YAML: " + ReasonOf(error) + "; correct what begins here", mistakes);
  } catch (const YAML::Exception&) {
    return BrokenRoot(1, "no YAML; correct the file", mistakes);
  }
  return builder.TakeRoot();
}

}  // namespace kinerja::settings
