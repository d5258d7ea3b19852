// The native methods of io.pocketlens.classifier.NativeCalls. A reader of the MindSpore Hub card's
// sample finds its steps again: BitmapToLiteMat (locked_bitmap.h), PreProcessImageData (below), the session
// (core/session.h) and ProcessRunnetResult (results.h).
#include <jni.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "android/exceptions.h"
#include "android/handles.h"
#include "android/java.h"
#include "android/method.h"
#include "android/pictures.h"
#include "android/results.h"
#include "android/teaching.h"
#include "core/classifier.h"
#include "core/strictness.h"

namespace pocketlens {
namespace {

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
    const auto classifier = FindClassifier(handle);
    return DescribePackage(env, classifier->package(), classifier->backend());
  });
}

jobjectArray Names(JNIEnv* env, jclass, jlong handle, jstring language) {
  return Guarded(env, jobjectArray{}, [&] {
    return ToJava(env, ValueOf(FindClassifier(handle)->package().Names(FromJava(env, language))));
  });
}

jobject ClassifyBitmap(JNIEnv* env, jclass, jlong handle, jobject bitmap, jint rotation,
                       jboolean mirror, jdoubleArray region, jint top_k, jfloat least,
                       jobjectArray allow, jobjectArray deny) {
  return Guarded(env, jobject{}, [&] {
    const auto classifier = FindClassifier(handle);
    const Choice choice = Choose(env, classifier->package(), least, allow, deny);
    const Classification classification =
        OnBitmap(env, bitmap, rotation, mirror, region, [&](const Frame& frame) {
          return ValueOf(classifier->Classify(frame, top_k, choice));
        });
    return ProcessRunnetResult(env, classifier->package(), classification);
  });
}

jobject ClassifyPlanes(JNIEnv* env, jclass, jlong handle, jobject y, jobject u, jobject v,
                       jintArray layout, jdoubleArray region, jint top_k, jfloat least,
                       jobjectArray allow, jobjectArray deny) {
  return Guarded(env, jobject{}, [&] {
    const auto classifier = FindClassifier(handle);
    const Choice choice = Choose(env, classifier->package(), least, allow, deny);
    const Frame frame = PlanesFrame(env, y, u, v, layout, region);
    return ProcessRunnetResult(env, classifier->package(),
                               ValueOf(classifier->Classify(frame, top_k, choice)));
  });
}

jfloatArray PreprocessBitmap(JNIEnv* env, jclass, jlong handle, jobject bitmap, jint rotation,
                             jboolean mirror, jdoubleArray region) {
  return Guarded(env, jfloatArray{}, [&] {
    const auto classifier = FindClassifier(handle);
    return ToJava(env, OnBitmap(env, bitmap, rotation, mirror, region, [&](const Frame& frame) {
                    return PreProcessImageData(*classifier, frame);
                  }));
  });
}

jfloatArray PreprocessPlanes(JNIEnv* env, jclass, jlong handle, jobject y, jobject u, jobject v,
                             jintArray layout, jdoubleArray region) {
  return Guarded(env, jfloatArray{}, [&] {
    const auto classifier = FindClassifier(handle);
    const Frame frame = PlanesFrame(env, y, u, v, layout, region);
    return ToJava(env, PreProcessImageData(*classifier, frame));
  });
}

jfloatArray RunTensor(JNIEnv* env, jclass, jlong handle, jfloatArray input) {
  return Guarded(env, jfloatArray{}, [&] {
    const auto classifier = FindClassifier(handle);
    const std::vector<float> tensor = FromJava(env, input);
    return ToJava(env, ValueOf(classifier->RunTensor(tensor.data(), tensor.size())));
  });
}

jobject Rank(JNIEnv* env, jclass, jlong handle, jfloatArray probabilities, jfloatArray embedding,
             jint top_k, jfloat least, jobjectArray allow, jobjectArray deny) {
  return Guarded(env, jobject{}, [&] {
    const auto classifier = FindClassifier(handle);
    const Package& package = classifier->package();
    Classification ranked;
    ranked.probabilities = Probabilities(env, package, probabilities);
    ranked.embedding = FromJava(env, embedding);
    Check(classifier->Rank(&ranked, top_k, Choose(env, package, least, allow, deny)));
    return ProcessRunnetResult(env, package, ranked);
  });
}

jstring LegacyText(JNIEnv* env, jclass, jlong handle, jfloatArray probabilities) {
  return Guarded(env, jstring{}, [&] {
    const auto classifier = FindClassifier(handle);
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

bool RegisterMethods(JNIEnv* env) {
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
      Method("rank", "(J[F[F" OPTIONS ")" CLASSES("NativeResult"), Rank),
      Method("legacyScoreText", "(J[F)Ljava/lang/String;", LegacyText),
      Method("close", "(J)V", Close),
      Method("runtimeVersion", "()Ljava/lang/String;", Runtime),
  };
#undef OPTIONS
#undef CLASSES
#undef BUFFERS
  return Register(env, "io/pocketlens/classifier/NativeCalls", methods);
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
                     pocketlens::RegisterMethods(jni) && pocketlens::RegisterTeaching(jni);
  return ready ? kVersion : JNI_ERR;
}
