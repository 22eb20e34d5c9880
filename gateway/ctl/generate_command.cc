// generate and pki: what needs no gateway.
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/status_macros.h"
#include "gateway/ctl/commands.h"
#include "gateway/ctl/files.h"
#include "gateway/generate/generator.h"
#include "gateway/reference/reference.h"
#include "gateway/schema/catalogue.h"
#include "gateway/schema/json.h"
#include "gateway/schema/normalise.h"
#include "gateway/security/pki.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/delimited_message_util.h"

namespace kinerja::ctl {
namespace {

absl::StatusOr<std::shared_ptr<const reference::Snapshot>> LoadReference(
    const std::string& folder) {
  KJ_ASSIGN_OR_RETURN(const std::string instansi, ReadWholeFile(folder + "/instansi.tsv"));
  KJ_ASSIGN_OR_RETURN(const std::string unor, ReadWholeFile(folder + "/unor.tsv"));
  return reference::Snapshot::Parse(instansi, unor);
}

const char* ExtensionOf(FileFormat format) {
  switch (format) {
    case FileFormat::kTextproto:
      return ".textproto";
    case FileFormat::kBinary:
      return ".binpb";
    case FileFormat::kJson:
      break;
  }
  return ".json";
}

// One record as the content of a file.
absl::StatusOr<std::string> Encode(const v1::Skp& skp, FileFormat format, bool pretty) {
  switch (format) {
    case FileFormat::kTextproto: {
      std::string text;
      google::protobuf::TextFormat::PrintToString(skp, &text);
      return text;
    }
    case FileFormat::kBinary:
      return schema::SerialiseDeterministic(skp);
    case FileFormat::kJson:
      break;
  }
  KJ_ASSIGN_OR_RETURN(std::string json, schema::ToJson(skp, pretty));
  return json + "\n";
}

absl::Status WriteToStream(const v1::Skp& skp, FileFormat format, std::ostream* out) {
  if (format == FileFormat::kBinary) {
    google::protobuf::util::SerializeDelimitedToOstream(skp, out);
  } else {
    KJ_ASSIGN_OR_RETURN(const std::string bytes, Encode(skp, format, /*pretty=*/false));
    *out << bytes;
  }
  if (!out->good()) return absl::DataLossError("the output cannot be written; check what reads it");
  return absl::OkStatus();
}

absl::Status CheckWrong(v1::ErrorReason wrong, const generate::Generator& generator) {
  if (wrong == v1::ERROR_REASON_UNSPECIFIED) return absl::OkStatus();
  std::vector<std::string> known;
  for (v1::ErrorReason reason : generator.WrongWays()) {
    if (reason == wrong) return absl::OkStatus();
    known.emplace_back(schema::ReasonName(reason));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--wrong: no single record breaks this code; give one of ", absl::StrJoin(known, ", ")));
}

}  // namespace

absl::Status RunGenerate(const GenerateFlags& flags, std::ostream* out) {
  KJ_ASSIGN_OR_RETURN(const auto snapshot, LoadReference(flags.reference_folder));
  if (!generate::Generator::HasUnits(*snapshot, flags.instansi)) {
    return absl::InvalidArgumentError(
        "--reference has no active unit of this instansi; give another --instansi or folder");
  }
  generate::Generator generator(flags.seed, *snapshot,
                                {.system = flags.system, .instansi = flags.instansi});
  KJ_RETURN_IF_ERROR(CheckWrong(flags.wrong, generator));
  if (!flags.out_folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(flags.out_folder, error);
    if (error) return absl::DataLossError(flags.out_folder + " cannot be made; check the rights");
  }
  for (int i = 0; i < flags.count; ++i) {
    const v1::Skp skp = flags.wrong == v1::ERROR_REASON_UNSPECIFIED ? generator.Next()
                                                                    : generator.Wrong(flags.wrong);
    if (flags.out_folder.empty()) {
      KJ_RETURN_IF_ERROR(WriteToStream(skp, flags.format, out));
      continue;
    }
    KJ_ASSIGN_OR_RETURN(const std::string bytes, Encode(skp, flags.format, /*pretty=*/true));
    KJ_RETURN_IF_ERROR(WriteWholeFile(
        absl::StrCat(flags.out_folder, "/", skp.source().id(), ExtensionOf(flags.format)), bytes));
  }
  return absl::OkStatus();
}

absl::Status RunPki(const PkiFlags& flags, const base::Clock& clock, std::ostream* out) {
  security::PkiOptions options;
  options.folder = flags.folder;
  options.server_names = flags.server_names;
  options.clients = flags.clients;
  options.force = flags.force;
  options.now = clock.Now();
  KJ_RETURN_IF_ERROR(security::MakeDemoPki(options));
  *out << "written to " << flags.folder << ": ca.pem, server.pem";
  for (const std::string& client : flags.clients) *out << ", " << client << ".pem";
  *out << " and their keys\n";
  return absl::OkStatus();
}

}  // namespace kinerja::ctl
