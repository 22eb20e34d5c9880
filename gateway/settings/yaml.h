// YAML text → a small tree that knows its lines. The subset that configuration needs: one document
// of maps, lists and scalars. Aliases, tags and keys that are no words are mistakes, so that no
// file can grow while it is read. The only place that uses yaml-cpp; its exceptions end here.
//
// Pure; safe for concurrent use.
#ifndef KINERJA_GATEWAY_SETTINGS_YAML_H_
#define KINERJA_GATEWAY_SETTINGS_YAML_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/settings/mistakes.h"

namespace kinerja::settings {

inline constexpr size_t kMaxYamlBytes = 1 << 20;
inline constexpr size_t kMaxYamlDepth = 32;
inline constexpr size_t kMaxYamlNodes = 100'000;

struct YamlNode {
  enum class Kind {
    kNothing,  // no value, ~ or null
    kScalar,
    kList,
    kMap,
    kBroken,  // a mistake that has been named already
  };
  Kind kind = Kind::kNothing;
  int line = 1;                    // in a map, the line of the key
  std::string key;                 // when it stands in a map
  std::string text;                // of a scalar, as written
  std::vector<YamlNode> children;  // in the order of the file; keys may repeat
};

// The root of the document; a file of comments gives kNothing. What is wrong is added to
// `mistakes`; when the text is no YAML or beyond a limit the root is kBroken.
YamlNode ParseYaml(std::string_view text, Mistakes* mistakes);

}  // namespace kinerja::settings

#endif  // KINERJA_GATEWAY_SETTINGS_YAML_H_
