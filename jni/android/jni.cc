// The native methods of io.pocketlens.classifier.NativeCalls. A reader of the MindSpore Hub card's
// sample finds its steps again: BitmapToLiteMat (locked_bitmap.h), PreProcessImageData (below), the session
// (core/session.h) and ProcessRunnetResult (results.h).
#include <jni.h>

#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "android/locked_bitmap.h"
#include "android/exceptions.h"
#include "android/java.h"
#include "android/planes.h"
#include "core/frame/region.h"
#include "core/registry.h"
#include "android/results.h"
#include "core/classifier.h"
#include "core/strictness.h"

namespace pocketlens {
namespace {

using Open = std::shared_ptr<Classifier>;

// Everything that is open. Never destroyed: threads may still classify while a process ends.
Registry<Classifier>& Classifiers() {
  alignas(Registry<Classifier>) static unsigned char memory[sizeof(Registry<Classifier>)];
  static auto* const registry = new (memory) Registry<Classifier>;
  return *registry;
}

// The open classifier with this handle, kept alive by the caller; throws `closed`.
Open Find(jlong handle) {
  Open found = Classifiers().Find(handle);
  if (found == nullptr) {
    throw Thrown{{ErrorCode::closed, "The classifier has been closed. Open the package again."}};
  }
  return found;
}

jlong BuildAndRegister(std::unique_ptr<Package> package, const SessionSettings& settings,
                       double odds_factor) {
  if (package->kind != PackageKind::classifier) {
    throw Thrown{{ErrorCode::wrong_kind,
                  "The package " + package->name +
                      " turns pictures into vectors and has no labels. Open a classifier package."}};
  }
  Check(ApplyStrictness(odds_factor, package.get()));
  return Classifiers().Add(ValueOf(Classifier::Open(std::move(package), settings)));
}

SessionSettings Settings(JNIEnv* env, jint threads, jint affinity, jboolean fp16, jint device,
                         jstring trial_file) {
  SessionSettings settings;
  settings.threads = threads;
  settings.affinity = affinity;
  settings.enable_fp16 = fp16 == JNI_TRUE;
  settings.device = static_cast<Device>(device);
  settings.warm_up = true;  // a camera's first frame must not be the slow one
  settings.trial_file = FromJava(env, trial_file);
  return settings;
}

// The input tensor that Classify would feed: resized, cropped, normalised.
std::vector<float> PreProcessImageData(Classifier& classifier, const Frame& frame) {
  std::vector<float> tensor(classifier.package().preprocess.output_count());
  Check(classifier.Preprocess(frame, tensor.data()));
  return tensor;
}

// Probabilities that come from Java: one a label, by the rule for those of a model.
std::vector<float> Probabilities(JNIEnv* env, const Package& package, jfloatArray given) {
  std::vector<float> values = FromJava(env, given);
  if (values.size() != package.labels.size()) {
    throw Thrown{{ErrorCode::output_mismatch,
                  "There are " + std::to_string(values.size()) + " probabilities, expected " +
                      std::to_string(package.labels.size()) + ", one for each label."}};
  }
  Check(CheckProbabilities(values));
  return values;
}

// The part of a picture that Java asks for: null for all of it, else unit, left, top, width, height.
void SetRegion(JNIEnv* env, jdoubleArray asked, Frame* frame) {
  if (asked == nullptr) return;
  const std::vector<double> numbers = FromJava(env, asked);
  if (numbers.size() != 5 || !(numbers[0] == 1 || numbers[0] == 2)) {
    throw Thrown{{ErrorCode::bad_frame, "A region is a unit (1 pixels, 2 shares) and four numbers."}};
  }
  const auto unit = static_cast<RegionUnit>(static_cast<int>(numbers[0]));
  frame->geometry.region = ValueOf(
      PixelsOf({unit, numbers[1], numbers[2], numbers[3], numbers[4]}, frame->geometry));
}

Choice Choose(JNIEnv* env, const Package& package, jfloat least, jobjectArray allow,
              jobjectArray deny) {
  return ValueOf(MakeChoice(package, FromJava(env, allow), FromJava(env, deny), least));
}

// --- Native methods, in the order of NativeCalls.kt ---

jlong OpenPath(JNIEnv* env, jclass, jstring path, jint threads, jint affinity, jboolean fp16,
               jint device, jstring trial_file, jdouble odds_factor) {
  return Guarded(env, jlong{0}, [&] {
    return BuildAndRegister(ValueOf(OpenPackage(FromJava(env, path))),
                            Settings(env, threads, affinity, fp16, device, trial_file),
                            odds_factor);
  });
}

jlong OpenDescriptor(JNIEnv* env, jclass, jint descriptor, jlong offset, jlong length, jint threads,
                     jint affinity, jboolean fp16, jint device, jstring trial_file,
                     jdouble odds_factor) {
  return Guarded(env, jlong{0}, [&] {
    return BuildAndRegister(ValueOf(OpenPackageFd(descriptor, offset, length)),
                            Settings(env, threads, affinity, fp16, device, trial_file),
                            odds_factor);
  });
}

jobject Inspect(JNIEnv* env, jclass, jstring path) {
  return Guarded(env, jobject{}, [&] {
    const auto package = ValueOf(OpenPackage(FromJava(env, path)));
    return DescribePackage(env, *package, BackendReport{});
  });
}

jobject Describe(JNIEnv* env, jclass, jlong handle) {
  return Guarded(env, jobject{}, [&] {
    const Open classifier = Find(handle);
    return DescribePackage(env, classifier->package(), classifier->backend());
  });
}

jobjectArray Names(JNIEnv* env, jclass, jlong handle, jstring language) {
  return Guarded(env, jobjectArray{}, [&] {
    return ToJava(env, ValueOf(Find(handle)->package().Names(FromJava(env, language))));
  });
}

jobject ClassifyBitmap(JNIEnv* env, jclass, jlong handle, jobject bitmap, jint rotation,
                       jboolean mirror, jdoubleArray region, jint top_k, jfloat least,
                       jobjectArray allow, jobjectArray deny) {
  return Guarded(env, jobject{}, [&] {
    const Open classifier = Find(handle);
    const Choice choice = Choose(env, classifier->package(), least, allow, deny);
    const Classification classification = [&] {
      const LockedBitmap locked = ValueOf(LockedBitmap::Lock(env, bitmap));
      Frame frame = BitmapToLiteMat(locked, rotation, mirror == JNI_TRUE);
      SetRegion(env, region, &frame);
      return ValueOf(classifier->Classify(frame, top_k, choice));
    }();
    return ProcessRunnetResult(env, classification);
  });
}

jobject ClassifyPlanes(JNIEnv* env, jclass, jlong handle, jobject y, jobject u, jobject v,
                       jintArray layout, jdoubleArray region, jint top_k, jfloat least,
                       jobjectArray allow, jobjectArray deny) {
  return Guarded(env, jobject{}, [&] {
    const Open classifier = Find(handle);
    const Choice choice = Choose(env, classifier->package(), least, allow, deny);
    Frame frame = ValueOf(PlanesToFrame(env, y, u, v, layout));
    SetRegion(env, region, &frame);
    return ProcessRunnetResult(env, ValueOf(classifier->Classify(frame, top_k, choice)));
  });
}

jfloatArray PreprocessBitmap(JNIEnv* env, jclass, jlong handle, jobject bitmap, jint rotation,
                             jboolean mirror, jdoubleArray region) {
  return Guarded(env, jfloatArray{}, [&] {
    const Open classifier = Find(handle);
    const std::vector<float> tensor = [&] {
      const LockedBitmap locked = ValueOf(LockedBitmap::Lock(env, bitmap));
      Frame frame = BitmapToLiteMat(locked, rotation, mirror == JNI_TRUE);
      SetRegion(env, region, &frame);
      return PreProcessImageData(*classifier, frame);
    }();
    return ToJava(env, tensor);
  });
}

jfloatArray PreprocessPlanes(JNIEnv* env, jclass, jlong handle, jobject y, jobject u, jobject v,
                             jintArray layout, jdoubleArray region) {
  return Guarded(env, jfloatArray{}, [&] {
    const Open classifier = Find(handle);
    Frame frame = ValueOf(PlanesToFrame(env, y, u, v, layout));
    SetRegion(env, region, &frame);
    return ToJava(env, PreProcessImageData(*classifier, frame));
  });
}

jfloatArray RunTensor(JNIEnv* env, jclass, jlong handle, jfloatArray input) {
  return Guarded(env, jfloatArray{}, [&] {
    const Open classifier = Find(handle);
    const std::vector<float> tensor = FromJava(env, input);
    return ToJava(env, ValueOf(classifier->RunTensor(tensor.data(), tensor.size())));
  });
}

jobject Rank(JNIEnv* env, jclass, jlong handle, jfloatArray probabilities, jint top_k, jfloat least,
             jobjectArray allow, jobjectArray deny) {
  return Guarded(env, jobject{}, [&] {
    const Open classifier = Find(handle);
    Classification ranked;
    ranked.probabilities = Probabilities(env, classifier->package(), probabilities);
    ranked.Rank(classifier->package(), top_k,
                Choose(env, classifier->package(), least, allow, deny));
    return ProcessRunnetResult(env, ranked);
  });
}

jstring LegacyText(JNIEnv* env, jclass, jlong handle, jfloatArray probabilities) {
  return Guarded(env, jstring{}, [&] {
    const Open classifier = Find(handle);
    const Package& package = classifier->package();
    return ToJava(env, LegacyScoreText(package, Probabilities(env, package, probabilities)));
  });
}

void Close(JNIEnv* env, jclass, jlong handle) {
  Guarded(env, 0, [&] {
    Classifiers().Remove(handle);  // the model goes now, or with the last call that runs on it
    return 0;
  });
}

jstring Runtime(JNIEnv* env, jclass) {
  return Guarded(env, jstring{}, [&] { return ToJava(env, RuntimeVersion()); });
}

template <class Function>
JNINativeMethod Method(const char* name, const char* signature, Function function) {
  // JNI's structure is older than const.
  return {const_cast<char*>(name), const_cast<char*>(signature),
          reinterpret_cast<void*>(function)};
}

bool RegisterMethods(JNIEnv* env) {
  const Local<jclass> calls(env, env->FindClass("io/pocketlens/classifier/NativeCalls"));
  if (calls.get() == nullptr) {
    return false;
  }
#define BUFFERS "Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;"
#define CLASSES(name) "Lio/pocketlens/classifier/" name ";"
#define OPTIONS "IF[Ljava/lang/String;[Ljava/lang/String;"
  const JNINativeMethod methods[] = {
      Method("open", "(Ljava/lang/String;IIZILjava/lang/String;D)J", OpenPath),
      Method("openDescriptor", "(IJJIIZILjava/lang/String;D)J", OpenDescriptor),
      Method("inspect", "(Ljava/lang/String;)" CLASSES("NativeModel"), Inspect),
      Method("describe", "(J)" CLASSES("NativeModel"), Describe),
      Method("names", "(JLjava/lang/String;)[Ljava/lang/String;", Names),
      Method("classifyBitmap", "(JLandroid/graphics/Bitmap;IZ[D" OPTIONS ")" CLASSES("NativeResult"),
             ClassifyBitmap),
      Method("classifyPlanes", "(J" BUFFERS "[I[D" OPTIONS ")" CLASSES("NativeResult"), ClassifyPlanes),
      Method("preprocessBitmap", "(JLandroid/graphics/Bitmap;IZ[D)[F", PreprocessBitmap),
      Method("preprocessPlanes", "(J" BUFFERS "[I[D)[F", PreprocessPlanes),
      Method("runTensor", "(J[F)[F", RunTensor),
      Method("rank", "(J[F" OPTIONS ")" CLASSES("NativeResult"), Rank),
      Method("legacyScoreText", "(J[F)Ljava/lang/String;", LegacyText),
      Method("close", "(J)V", Close),
      Method("runtimeVersion", "()Ljava/lang/String;", Runtime),
  };
#undef OPTIONS
#undef CLASSES
#undef BUFFERS
  const jint count = static_cast<jint>(sizeof methods / sizeof methods[0]);
  return env->RegisterNatives(calls.get(), methods, count) == JNI_OK;
}

}  // namespace
}  // namespace pocketlens

// Called by System.loadLibrary. A Kotlin side that does not fit makes loading fail with Java's own
// NoSuchMethodError, not a later call.
extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  constexpr jint kVersion = JNI_VERSION_1_6;
  void* env = nullptr;
  if (vm->GetEnv(&env, kVersion) != JNI_OK) {
    return JNI_ERR;
  }
  auto* const jni = static_cast<JNIEnv*>(env);
  const bool ready = pocketlens::FindExceptionClass(jni) && pocketlens::FindResultClasses(jni) &&
                     pocketlens::RegisterMethods(jni);
  return ready ? kVersion : JNI_ERR;
}
