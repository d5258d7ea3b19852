// The native methods of the JNI edge as Java would call them, in any order and with any arguments:
// handles, layouts, strides, buffers, bitmaps, arrays, texts; sometimes without memory. The edge is
// the library's own objects; Java is fake_java.h; the model is real and tiny. Every call must end in
// a sound result or one ClassifierException with a known code and a sentence.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/package/file.h"
#include "fuzz/fake_java.h"
#include "fuzz/input.h"
#include "testing/files.h"
#include "testing/libraries.h"
#include "testing/models.h"

namespace pocketlens::fuzz {
namespace {

constexpr int kOutputs = testing::kOutputs;
constexpr int kTensor = testing::kSide * testing::kSide * 3;
constexpr size_t kMostMemory = 1 << 18;  // of one buffer or bitmap
constexpr int kMostCalls = 4;

[[noreturn]] void Wrong(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void Expect(bool held, const char* what) {
  if (!held) Wrong(what);
}

template <class Function>
Function* Native(const char* name) {
  return reinterpret_cast<Function*>(Java::Get().Native(name));
}

using OpenFunction = jlong(JNIEnv*, jclass, jstring, jint, jint, jboolean, jint, jstring, jdouble);
using OpenFdFunction = jlong(JNIEnv*, jclass, jint, jlong, jlong, jint, jint, jboolean, jint,
                             jstring, jdouble);
using CloseFunction = void(JNIEnv*, jclass, jlong);

// The package, and a classifier that is open on it whenever an input begins.
class World {
 public:
  World() {
    Expect(JNI_OnLoad(Java::Get().vm(), nullptr) == JNI_VERSION_1_6, "JNI_OnLoad refused");
    testing::WriteTeachable(path(),
                            {{"embedding.bin", testing::ColourSpace()},
                             {"names.fr.csv", "mid,name\nown/label-1,Étiquette\n"},
                             {"hierarchy.csv", "parent,child\nown/label-0,own/label-1\n"}});
    Reopen();
    taught_path_ = folder_ / "set.taught";
    testing::KeepLibraries();  // for the leak sanitizer, which looks when the process ends
    stale_ = handle_;
    Close();
  }

  std::string path() const { return folder_ / "package"; }
  jlong handle() const { return handle_; }
  jlong stale() const { return stale_; }  // of a classifier that has been closed
  jlong taught() const { return taught_; }
  const std::string& taught_path() const { return taught_path_; }

  // An open classifier that uses nothing taught, and an empty set.
  void Reopen() {
    if (handle_ == 0) {
      handle_ = Native<OpenFunction>("open")(Java::Get().env(), nullptr, TextOf(path()), 1, 0,
                                             JNI_FALSE, 0, nullptr, 1.0);
    }
    Expect(handle_ != 0, "the package could not be opened");
    Native<void(JNIEnv*, jclass, jlong, jlong)>("use")(Java::Get().env(), nullptr, handle_, 0);
    Native<CloseFunction>("closeSet")(Java::Get().env(), nullptr, taught_);
    taught_ = Native<jlong(JNIEnv*, jclass, jlong)>("empty")(Java::Get().env(), nullptr, handle_);
    Expect(taught_ != 0, "there is no set to teach");
  }
  void Close() {
    Native<CloseFunction>("close")(Java::Get().env(), nullptr, handle_), handle_ = 0;
    Native<CloseFunction>("closeSet")(Java::Get().env(), nullptr, taught_), taught_ = 0;
  }

 private:
  testing::TemporaryFolder folder_;
  std::string taught_path_;
  jlong handle_ = 0;
  jlong stale_ = 0;
  jlong taught_ = 0;
};

// Arguments made of the input.
class Arguments {
 public:
  Arguments(Input* in, const World& world) : in_(in), world_(world) {}

  jlong Handle() {
    const int which = in_->Number(0, 15);
    if (which == 0) return in_->Any<jlong>();
    if (which == 1) return world_.stale();
    return which == 2 ? 0 : world_.handle();
  }
  jlong Set() { return in_->Number(0, 7) == 0 ? Handle() : world_.taught(); }
  jstring Mid() {
    return in_->Number(0, 3) == 0 ? Text()
                                  : TextOf("own/thing-" + std::to_string(in_->Number(0, 3)));
  }
  jstring Name() {
    return in_->Number(0, 3) == 0 ? Text() : TextOf("Thing " + std::to_string(in_->Number(0, 3)));
  }
  // Bytes of the input, or of a real set with some of them changed.
  jbyteArray Bytes() {
    if (in_->Number(0, 15) == 0) return nullptr;
    if (in_->Number(0, 1) == 0) {
      Object* const made = Java::Get().New(Object::bytes);
      for (const uint8_t byte : in_->Bytes(300)) {
        made->byte_values.push_back(static_cast<jbyte>(byte));
      }
      return Given<jbyteArray>(made);
    }
    using WriteFunction = jbyteArray(JNIEnv*, jclass, jlong);
    const jbyteArray made =
        Native<WriteFunction>("write")(Java::Get().env(), nullptr, world_.taught());
    if (made == nullptr) return Java::Get().TakePending(), nullptr;
    auto& bytes = Taken(made)->byte_values;
    if (in_->Number(0, 3) != 0 && !bytes.empty()) {
      bytes[static_cast<size_t>(in_->Any<uint16_t>()) % bytes.size()] ^= in_->Any<jbyte>();
    }
    return made;
  }
  jint Int(int low, int high) {
    return in_->Number(0, 15) == 0 ? in_->Any<jint>() : in_->Number(low, high);
  }
  jint Rotation() { return in_->Number(0, 15) == 0 ? in_->Any<jint>() : in_->Number(0, 4) * 90; }
  jboolean Flag() { return in_->Number(0, 1) == 1 ? JNI_TRUE : JNI_FALSE; }

  jstring Text() {
    if (in_->Number(0, 15) == 0) return nullptr;
    Object* const made = Java::Get().New(Object::text);
    const int count = in_->Number(0, 40);
    for (int i = 0; i < count; ++i) made->characters += in_->Any<char16_t>();
    return Given<jstring>(made);
  }
  jstring Language() {
    return in_->Number(0, 3) == 0 ? Text() : TextOf(in_->Number(0, 1) == 0 ? "fr" : "de");
  }
  jstring Path() {
    // Building a model takes a hundred times as long as anything else.
    return in_->Number(0, 63) == 63 ? TextOf(world_.path()) : Text();
  }
  jfloatArray Floats(int usual) {
    if (in_->Number(0, 15) == 0) return nullptr;
    Object* const made = Java::Get().New(Object::floats);
    const int count = in_->Number(0, 7) == 0 ? in_->Number(0, 300) : usual;
    for (int i = 0; i < count; ++i) {
      made->float_values.push_back(in_->Number(0, 15) == 0
                                       ? in_->Any<jfloat>()
                                       : static_cast<float>(in_->Byte()) / 255.0f);
    }
    return Given<jfloatArray>(made);
  }
  jintArray Layout() {
    if (in_->Number(0, 15) == 0) return nullptr;
    Object* const made = Java::Get().New(Object::ints);
    const int width = Int(1, 64), height = Int(1, 64);
    made->int_values = {width, height, Rotation(), Int(0, 1), Int(0, 1), Int(0, 1)};
    for (int plane = 0; plane < 3; ++plane) {
      made->int_values.push_back(Int(0, 130));
      made->int_values.push_back(Int(0, 3));
    }
    if (in_->Number(0, 15) == 0) made->int_values.resize(static_cast<size_t>(in_->Number(0, 20)));
    return Given<jintArray>(made);
  }
  jdoubleArray Region() {
    if (in_->Number(0, 3) != 0) return nullptr;
    Object* const made = Java::Get().New(Object::doubles);
    const bool pixels = in_->Number(0, 1) == 0;
    made->double_values = {pixels ? 1.0 : 2.0};
    for (int i = 0; i < 4; ++i) {
      const int number = in_->Number(0, 64);
      made->double_values.push_back(in_->Number(0, 31) == 0 ? in_->Any<jdouble>()
                                    : pixels                ? number
                                                            : number / 64.0);
    }
    if (in_->Number(0, 15) == 0) made->double_values.resize(static_cast<size_t>(in_->Number(0, 9)));
    return Given<jdoubleArray>(made);
  }
  jfloat Least() { return in_->Number(0, 15) == 0 ? in_->Any<jfloat>() : 0.25f; }
  jobjectArray Labels() {
    if (in_->Number(0, 3) != 0) return nullptr;
    Object* const made = Java::Get().New(Object::objects);
    const int count = in_->Number(0, 3);
    for (int i = 0; i < count; ++i) {
      const std::string label = "own/label-" + std::to_string(in_->Number(0, kOutputs));
      made->elements.push_back(Taken(in_->Number(0, 7) == 0 ? Text() : TextOf(label)));
    }
    return Given<jobjectArray>(made);
  }
  jobject Buffer() {
    if (in_->Number(0, 15) == 0) return nullptr;
    Object* const made = Java::Get().New(Object::buffer);
    made->direct = in_->Number(0, 15) != 0;
    Fill(made, static_cast<size_t>(in_->Number(0, 9000)));
    return Given<jobject>(made);
  }
  jobject Bitmap() {
    if (in_->Number(0, 15) == 0) return nullptr;
    Object* const made = Java::Get().New(Object::bitmap);
    const int width = Int(0, 64), height = Int(0, 64);
    made->info.width = static_cast<uint32_t>(width);
    made->info.height = static_cast<uint32_t>(height);
    made->info.stride = in_->Number(0, 3) == 0 ? static_cast<uint32_t>(Int(0, 400))
                                               : made->info.width * 4;
    made->info.format = in_->Number(0, 7) == 0 ? in_->Any<jint>() : ANDROID_BITMAP_FORMAT_RGBA_8888;
    made->info.flags = in_->Number(0, 7) == 0 ? in_->Any<uint32_t>() : 0;
    made->broken = std::max(0, in_->Number(0, 15) - 13);
    // As long as a bitmap that says this must be; without memory where nobody could have so much.
    const uint64_t rows = made->info.height == 0 ? 0 : made->info.height - 1;
    const uint64_t size = rows * made->info.stride + uint64_t{4} * made->info.width;
    if (size <= kMostMemory) Fill(made, static_cast<size_t>(size));
    return Given<jobject>(made);
  }

 private:
  void Fill(Object* object, size_t size) {
    object->memory = std::make_unique<uint8_t[]>(size);
    object->size = size;
    uint8_t value = in_->Byte();
    for (size_t i = 0; i < size; ++i) {
      value = static_cast<uint8_t>(value * 5 + 77);
      object->memory[i] = value;
    }
  }

  Input* in_;
  const World& world_;
};

void CheckResult(jobject made) {
  const std::vector<jvalue>& told = Taken(made)->arguments;
  const std::vector<jint>& indices = Taken(told[0].l)->int_values;
  Expect(Taken(told[1].l)->float_values.size() == 2 * indices.size(), "scores without labels");
  const std::vector<jint>& taught = Taken(told[12].l)->int_values;
  const auto known = [&](jint index) {
    return index < kOutputs || std::find(taught.begin(), taught.end(), index) != taught.end();
  };
  Expect(Taken(told[13].l)->elements.size() == 2 * taught.size(), "a taught label without texts");
  for (const jint index : indices) Expect(index >= 0 && known(index), "a label that is none");
  for (const jfloat score : Taken(told[1].l)->float_values) {
    Expect(score >= 0 && score <= 1, "a score that is none");
  }
  Expect(told[2].i >= -1 && known(told[2].i), "a headline that is no label");
  Expect(told[5].i >= -1 && told[5].i < kOutputs, "a guess that is no label");
  Expect(told[5].i == -1 || told[2].i >= 0, "a guess without a headline");
  Expect(Taken(told[9].l)->float_values.size() == kOutputs, "probabilities are missing");
}

void CheckFloats(jfloatArray made, size_t count) {
  Expect(Taken(made)->float_values.size() == count, "an array of the wrong length");
}

// What must hold after every call: no bitmap is locked, and what it threw is an exception that Java may
// see. Whether it threw one.
bool Threw() {
  Object* const thrown = Java::Get().TakePending();
  Java::Get().CheckBitmaps();
  if (thrown == nullptr) return false;
  if (thrown->made_of->name == "java/lang/OutOfMemoryError") return true;
  Expect(thrown->made_of->name == "io/pocketlens/classifier/ClassifierException",
         "an exception of another class");
  const auto code = static_cast<ErrorCode>(thrown->arguments[0].i);
  Expect(code != ErrorCode::ok && code != ErrorCode::internal &&
             std::string(ErrorName(code)) != "unknown",
         "an exception without a known code");
  Expect(!Taken(thrown->arguments[1].l)->characters.empty(), "an exception without a sentence");
  return true;
}

// What must hold after a call that gives something back: an exception, or a result.
template <class T, class Check>
void Ended(T result, Check check) {
  const bool threw = Threw();
  Expect((result == T{}) == threw, threw ? "a result and an exception"
                                         : "neither a result nor an exception");
  if (!threw) check(result);
}

class Caller {
 public:
  Caller(Input* in, World* world) : in_(in), world_(world), given_(in, *world) {}

  void CallOne() {
    JNIEnv* const env = Java::Get().env();
    const auto anything = [](auto) {};
    switch (in_->Number(0, 17)) {
      case 0: return Open();
      case 1: return OpenDescriptor();
      case 2:
        return Ended(Native<jobject(JNIEnv*, jclass, jstring)>("inspect")(env, nullptr,
                                                                          given_.Path()), anything);
      case 3:
        return Ended(Native<jobject(JNIEnv*, jclass, jlong)>("describe")(env, nullptr,
                                                                         given_.Handle()), anything);
      case 4: {
        const jlong handle = given_.Handle();
        return Ended(Native<jobjectArray(JNIEnv*, jclass, jlong, jstring)>("names")(
                         env, nullptr, handle, given_.Language()), anything);
      }
      case 5:
      case 6: return Bitmaps(in_->Number(0, 1) == 1);
      case 7:
      case 8: return Planes(in_->Number(0, 1) == 1);
      case 9: {
        const jlong handle = given_.Handle();
        return Ended(Native<jfloatArray(JNIEnv*, jclass, jlong, jfloatArray)>("runTensor")(
                         env, nullptr, handle, given_.Floats(kTensor)),
                     [](jfloatArray made) { CheckFloats(made, kOutputs); });
      }
      case 10: {
        const jlong handle = given_.Handle();
        const jfloatArray probabilities = given_.Floats(kOutputs);
        const jfloatArray embedding = given_.Floats(testing::kEmbedded);
        using Function = jobject(JNIEnv*, jclass, jlong, jfloatArray, jfloatArray, jint, jfloat,
                                 jobjectArray, jobjectArray);
        const jobjectArray allow = given_.Labels(), deny = given_.Labels();
        return Ended(Native<Function>("rank")(env, nullptr, handle, probabilities, embedding,
                                              given_.Int(0, 6), given_.Least(), allow, deny),
                     CheckResult);
      }
      case 11: {
        const jlong handle = given_.Handle();
        return Ended(Native<jstring(JNIEnv*, jclass, jlong, jfloatArray)>("legacyScoreText")(
                         env, nullptr, handle, given_.Floats(kOutputs)), anything);
      }
      case 12:
        if (in_->Number(0, 63) == 63) world_->Close();
        return Native<CloseFunction>("close")(env, nullptr, in_->Any<jlong>() | (jlong{1} << 40));
      case 13: return OpenSet();
      case 14: return ChangeSet();
      case 15:
      case 16: return Teach();
      default:
        return Ended(Native<jstring(JNIEnv*, jclass)>("runtimeVersion")(env, nullptr), anything);
    }
  }

 private:
  void Open() {
    const jstring path = given_.Path();
    const jint threads = given_.Int(-1, 2), affinity = given_.Int(-1, 3);
    const jboolean fp16 = given_.Flag();
    const double odds = in_->Number(0, 1) == 0 ? 1.0 : in_->Any<jdouble>();
    CloseIfOpen(Native<OpenFunction>("open")(Java::Get().env(), nullptr, path, threads, affinity,
                                             fp16, given_.Int(-1, 3), nullptr, odds));
  }
  void OpenDescriptor() {
    const jlong offset = in_->Number(0, 3) == 0 ? in_->Any<jlong>() : 0;
    const std::vector<uint8_t> bytes = in_->Bytes(4096);
    const jlong length = offset == 0 ? static_cast<jlong>(bytes.size()) : in_->Any<jlong>();
    const FileDescriptor fd(memfd_create("asset", MFD_CLOEXEC));
    if (write(fd.get(), bytes.data(), bytes.size()) < 0) return;
    const int given = in_->Number(0, 15) == 0 ? -1 : fd.get();
    CloseIfOpen(Native<OpenFdFunction>("openDescriptor")(Java::Get().env(), nullptr, given, offset,
                                                         length, 1, 0, JNI_FALSE, 0, nullptr,
                                                         1.0));
  }
  void OpenSet() {
    JNIEnv* const env = Java::Get().env();
    const jlong handle = given_.Handle();
    const auto close = [](jlong made) {
      Native<CloseFunction>("closeSet")(Java::Get().env(), nullptr, made);
    };
    switch (in_->Number(0, 2)) {
      case 0:
        return Ended(Native<jlong(JNIEnv*, jclass, jlong)>("empty")(env, nullptr, handle), close);
      case 1: {
        const jstring path =
            in_->Number(0, 3) == 0 ? given_.Text() : TextOf(world_->taught_path());
        return Ended(Native<jlong(JNIEnv*, jclass, jlong, jstring)>("openSet")(env, nullptr, handle,
                                                                               path), close);
      }
      default: {
        const jbyteArray bytes = given_.Bytes();
        return Ended(Native<jlong(JNIEnv*, jclass, jlong, jbyteArray)>("read")(env, nullptr, handle,
                                                                               bytes), close);
      }
    }
  }
  void ChangeSet() {
    JNIEnv* const env = Java::Get().env();
    const jlong set = given_.Set();
    const auto anything = [](auto) {};
    switch (in_->Number(0, 7)) {
      case 0:
        return Ended(Native<jobject(JNIEnv*, jclass, jlong)>("list")(env, nullptr, set), anything);
      case 1:
        return Ended(Native<jbyteArray(JNIEnv*, jclass, jlong)>("write")(env, nullptr, set),
                     anything);
      case 2:
        Native<void(JNIEnv*, jclass, jlong, jstring)>("save")(env, nullptr, set,
                                                              TextOf(world_->taught_path()));
        break;
      case 3:
        Native<void(JNIEnv*, jclass, jlong, jstring)>("remove")(env, nullptr, set, given_.Mid());
        break;
      case 4: {
        const jstring mid = given_.Mid();
        Native<void(JNIEnv*, jclass, jlong, jstring, jint)>("removePicture")(env, nullptr, set, mid,
                                                                             given_.Int(-1, 6));
        break;
      }
      case 5: {
        const jstring mid = given_.Mid(), name = given_.Name();
        Native<void(JNIEnv*, jclass, jlong, jstring, jstring)>("rename")(env, nullptr, set, mid,
                                                                         name);
        break;
      }
      case 6: {
        const jlong others = given_.Set();
        Native<void(JNIEnv*, jclass, jlong, jlong)>("merge")(env, nullptr, set, others);
        break;
      }
      default: {
        const jlong handle = given_.Handle();
        Native<void(JNIEnv*, jclass, jlong, jlong)>("use")(env, nullptr, handle, set);
        break;
      }
    }
    Threw();
  }
  void Teach() {
    JNIEnv* const env = Java::Get().env();
    const jlong handle = given_.Handle(), set = given_.Set();
    const jstring name = given_.Name();
    const jdoubleArray region = given_.Region();
    const auto check = [](jobject made) {
      Expect(Taken(Taken(made)->arguments[0].l)->elements.size() == 3, "a picture without texts");
      Expect(Taken(made)->arguments[1].i >= 1, "a label without a picture");
    };
    if (in_->Number(0, 1) == 0) {
      using Function = jobject(JNIEnv*, jclass, jlong, jlong, jstring, jobject, jint, jboolean,
                               jdoubleArray);
      const jobject bitmap = given_.Bitmap();
      const jint rotation = given_.Rotation();
      return Ended(Native<Function>("teachBitmap")(env, nullptr, handle, set, name, bitmap, rotation,
                                                   given_.Flag(), region), check);
    }
    using Function = jobject(JNIEnv*, jclass, jlong, jlong, jstring, jobject, jobject, jobject,
                             jintArray, jdoubleArray);
    const jintArray layout = given_.Layout();
    const jobject y = given_.Buffer(), u = given_.Buffer(), v = given_.Buffer();
    Ended(Native<Function>("teachPlanes")(env, nullptr, handle, set, name, y, u, v, layout, region),
          check);
  }
  void CloseIfOpen(jlong handle) {
    Ended(handle, [](jlong made) {
      Native<CloseFunction>("close")(Java::Get().env(), nullptr, made);
    });
  }
  void Bitmaps(bool classify) {
    JNIEnv* const env = Java::Get().env();
    const jlong handle = given_.Handle();
    const jobject bitmap = given_.Bitmap();
    const jint rotation = given_.Rotation();
    const jboolean mirror = given_.Flag();
    const jdoubleArray region = given_.Region();
    if (classify) {
      using Function = jobject(JNIEnv*, jclass, jlong, jobject, jint, jboolean, jdoubleArray, jint,
                               jfloat, jobjectArray, jobjectArray);
      const jobjectArray allow = given_.Labels(), deny = given_.Labels();
      return Ended(Native<Function>("classifyBitmap")(env, nullptr, handle, bitmap, rotation,
                                                      mirror, region, given_.Int(0, 6),
                                                      given_.Least(), allow, deny), CheckResult);
    }
    using Function = jfloatArray(JNIEnv*, jclass, jlong, jobject, jint, jboolean, jdoubleArray);
    Ended(Native<Function>("preprocessBitmap")(env, nullptr, handle, bitmap, rotation, mirror,
                                               region),
          [](jfloatArray made) { CheckFloats(made, kTensor); });
  }
  void Planes(bool classify) {
    JNIEnv* const env = Java::Get().env();
    const jlong handle = given_.Handle();
    const jintArray layout = given_.Layout();
    const jobject y = given_.Buffer(), u = given_.Buffer(), v = given_.Buffer();
    const jdoubleArray region = given_.Region();
    if (classify) {
      using Function = jobject(JNIEnv*, jclass, jlong, jobject, jobject, jobject, jintArray,
                               jdoubleArray, jint, jfloat, jobjectArray, jobjectArray);
      const jobjectArray allow = given_.Labels(), deny = given_.Labels();
      return Ended(Native<Function>("classifyPlanes")(env, nullptr, handle, y, u, v, layout, region,
                                                      given_.Int(0, 6), given_.Least(), allow,
                                                      deny), CheckResult);
    }
    using Function = jfloatArray(JNIEnv*, jclass, jlong, jobject, jobject, jobject, jintArray,
                                 jdoubleArray);
    Ended(Native<Function>("preprocessPlanes")(env, nullptr, handle, y, u, v, layout, region),
          [](jfloatArray made) { CheckFloats(made, kTensor); });
  }

  Input* in_;
  World* world_;
  Arguments given_;
};

}  // namespace
}  // namespace pocketlens::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pocketlens::fuzz;
  static World world;
  Java::Get().Reset(1 << 30);
  world.Reopen();
  Input in(data, size);
  const int allocations = in.Number(0, 7) == 0 ? in.Number(0, 12) : 1 << 30;
  for (int call = 0; call < kMostCalls && !in.empty(); ++call) {
    Java::Get().Reset(allocations);
    Caller(&in, &world).CallOne();
  }
  return 0;
}
