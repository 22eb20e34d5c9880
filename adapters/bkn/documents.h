// The documents that go with results: which one a save wants, its bytes, and what SIASN calls it.
//
// Nothing else of a record is ever an address to call, and a document only under the prefixes that
// the configuration names: whoever may write a record could else make the gateway read inside its
// own network. What comes is used only when it is a PDF with the hash that the record gives.
#ifndef KINERJA_ADAPTERS_BKN_DOCUMENTS_H_
#define KINERJA_ADAPTERS_BKN_DOCUMENTS_H_

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "adapters/bkn/siasn_json.h"
#include "adapters/bkn/tokens.h"
#include "gateway/adapter/adapter.h"
#include "gateway/base/mutex.h"
#include "gateway/net/http.h"

namespace kinerja::adapters::bkn {

// Larger ones are not fetched; SIASN publishes no limit.
inline constexpr size_t kMostDocumentBytes = 2 << 20;

// The document of a planned part: stands in its body as the member "dokumen", which never travels;
// once it is uploaded, "path" stands in its place.
struct WantedDocument {
  std::string field;   // of the record, for sentences
  std::string id_ref;  // SIASN's kind of document
  std::string uri;
  std::string hash;  // SHA-256, lower-case hex
};
void WriteWanted(const WantedDocument& document, Json* body);
std::optional<WantedDocument> ReadWanted(const Json& body);
// The body as it travels, with what SIASN answered to the upload.
std::string WithUploaded(std::string_view body, const Json* uploaded);

// What it is called at SIASN: by its content, so that a row shows which one it has, and nothing of
// the record's own file names, which hold names of people.
std::string DocumentName(const WantedDocument& document);
// Whether a row of the history has this document.
bool HasDocument(const WantedDocument& document, const Json& row);

// Whether the address lies under one of the prefixes, whatever a server makes of dots in a path.
bool LiesUnder(const std::vector<std::string>& prefixes, std::string_view uri);

// Fetches documents. Threading: safe for concurrent use; `done` runs exactly once, on the sender's
// thread or the caller's. Ownership: destroyed only after every `done`.
class DocumentReader {
 public:
  struct Source {
    std::string prefix;
    std::string token_file;  // empty: no credential
    Sender send;
  };
  struct Answer {
    std::string bytes;
    // DOCUMENT_UNUSABLE: kRefused where the file must change, kRetryLater where it may still come.
    std::optional<adapter::Outcome> obstacle;
  };

  explicit DocumentReader(std::vector<Source> sources) : sources_(std::move(sources)) {}

  // Takes 10 s at most: a file server that hangs must not hold the target's calls.
  void Read(const adapter::Call& call, WantedDocument document,
            std::function<void(Answer)> done) const;

 private:
  const std::vector<Source> sources_;
};

// What an answer of a file server is worth.
DocumentReader::Answer JudgeDocument(const WantedDocument& document, net::HttpResult result);

// Uploads whose save has not gone through yet, so that a save that is tried again uploads nothing a
// second time. Forgets the oldest beyond a thousand. Threading: safe for concurrent use.
class PendingUploads {
 public:
  std::optional<Json> Find(const std::string& key) const;
  void Keep(const std::string& key, Json uploaded);
  void Forget(const std::string& key);

 private:
  mutable base::Mutex mutex_;
  std::list<std::string> order_ ABSL_GUARDED_BY(mutex_);  // oldest first
  struct Entry {
    Json uploaded;
    std::list<std::string>::iterator place;
  };
  std::unordered_map<std::string, Entry> by_key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace kinerja::adapters::bkn

#endif  // KINERJA_ADAPTERS_BKN_DOCUMENTS_H_
