// Evaluates Gradle projects with the real Android Gradle plugin and tells what came of them.
//
// Arguments: a folder to work in, a folder of folders that hold `android`. Writes NAME.json into the
// first for each in the second: what plugin and Gradle know of its modules, or the error they gave.
// The projects are copies and are changed. No task is run, but what the tasks named in `actions.txt`
// would do by themselves is done. What Gradle itself would read before a module's script, we read here: the modules
// of settings.gradle, and the blocks `buildscript` and `plugins`.
import com.android.build.api.variant.AndroidComponentsExtension
import groovy.json.JsonOutput
import java.lang.reflect.Field
import java.util.function.Supplier
import java.util.stream.Stream
import javax.tools.ToolProvider
import org.gradle.api.Project
import org.gradle.api.internal.catalog.DefaultVersionCatalogBuilder
import org.gradle.api.internal.catalog.LibrariesSourceGenerator
import org.gradle.api.internal.catalog.parser.TomlCatalogFileParser
import org.gradle.api.internal.project.ProjectInternal
import org.gradle.api.internal.provider.DefaultProviderFactory
import org.gradle.api.internal.provider.DefaultValueSourceProviderFactory
import org.gradle.api.model.ObjectFactory
import org.gradle.api.problems.Problems
import org.gradle.api.publish.PublishingExtension
import org.gradle.initialization.GradlePropertiesController
import org.gradle.internal.impldep.com.google.common.collect.Interners
import org.gradle.testfixtures.ProjectBuilder

/** Takes what `plugins { }` or `buildscript { dependencies { } }` says. */
class Early {
    Object libs
    List<Map> plugins = []
    List<String> classpath = []

    Object alias(Object plugin) { ask(plugin.get().pluginId, plugin.get().version.requiredVersion) }

    Object id(String name) { ask(name, '') }

    void dependencies(Closure<?> body) { take(body) }

    void classpath(Object library) { classpath << library.get().toString() }

    void take(Closure<?> body) {
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body.delegate = this
        body()
    }

    private Object ask(String name, String version) {
        Map one = [id: name, version: version, apply: true]
        plugins << one
        new Object() { void apply(boolean now) { one.apply = now } }
    }
}

/** One project folder, evaluated. */
class Evaluation {
    final File folder, work
    Object libs
    final Early early = new Early()

    final List<String> actions

    Evaluation(File folder, File work, List<String> actions) {
        this.folder = folder
        this.work = work
        this.actions = actions
    }

    Map facts() {
        Project root = project(null, folder.name, folder)
        libs = early.libs = catalog(root)
        root.extensions.add('libs', libs)
        run(root)
        List<Project> modules = included().collect { project(root, it, new File(folder, it)) }
        modules.each { it.extensions.add('libs', libs) }
        Map variants = modules.collectEntries { [it.name, []] }
        modules.each { module ->
            run(module) {
                module.extensions.getByType(AndroidComponentsExtension).with {
                    onVariants(selector().all(), { variants[module.name] << it })
                }
            }
        }
        modules.each { ((ProjectInternal) it).evaluate() }
        Map known = modules.collectEntries { [it.name, new Module(it, variants[it.name])] }
        [plugins: early.plugins, classpath: early.classpath, catalog: versions(),
         modules: known.collectEntries { name, module -> [name, module.facts()] },
         acted: actions.collectEntries { path -> [path, known[path.split(':')[0]].act(path.split(':')[1])] }]
    }

    private static Project project(Project parent, String name, File folder) {
        ProjectBuilder builder = ProjectBuilder.builder().withName(name).withProjectDir(folder)
        Project project = (parent ? builder.withParent(parent) : builder.withGradleUserHomeDir(home)).build()
        // The plugin asks for a newer Gradle than the newest whose API can be had.
        project.extensions.extraProperties.set('android.overrideVersionCheck', 'true')
        giveProperties(project)
        project
    }

    static File home

    /** ProjectBuilder leaves gradle.properties unread: read them as Gradle does and put them in place. */
    private static void giveProperties(Project project) {
        GradlePropertiesController controller = ((ProjectInternal) project).services.get(GradlePropertiesController)
        controller.unloadGradleProperties()
        controller.loadGradlePropertiesFrom(project.rootDir, true)
        Object sources = field(DefaultProviderFactory, 'valueSourceProviderFactory').get(project.providers)
        field(DefaultValueSourceProviderFactory, 'gradleProperties').set(sources, controller.gradleProperties)
    }

    private static Field field(Class<?> owner, String name) {
        owner.getDeclaredField(name).tap { it.accessible = true }
    }

    private List<String> included() {
        String text = new File(folder, 'settings.gradle').text
        text.readLines().findAll { it.startsWith('include ') }.collectMany { line ->
            (line =~ /':([\w-]+)'/).collect { it[1] }
        }
    }

    /** The catalog as Gradle reads it, and the accessors that Gradle makes of it. */
    private Object catalog(Project project) {
        def services = ((ProjectInternal) project).services
        ObjectFactory objects = services.get(ObjectFactory)
        Problems problems = services.get(Problems)
        def builder = objects.newInstance(DefaultVersionCatalogBuilder, 'libs', Interners.newStrongInterner(),
            Interners.newStrongInterner(), objects, { null } as Supplier)
        TomlCatalogFileParser.parse(new File(folder, 'gradle/libs.versions.toml').toPath(), builder,
            { problems } as Supplier)
        catalog = builder.build()
        StringWriter source = new StringWriter()
        LibrariesSourceGenerator.generateSource(source, catalog, 'accessors', 'Libs', problems)
        objects.newInstance(compiled(source.toString()), catalog)
    }

    private Object catalog

    private Map versions() {
        catalog.versionAliases.collectEntries { [it, catalog.getVersion(it).version.requiredVersion] }
    }

    private Class<?> compiled(String source) {
        File out = new File(work, "catalog-${source.hashCode()}")
        File file = new File(out, 'accessors/Libs.java')
        if (!file.file) {
            file.parentFile.mkdirs()
            file.text = source
            int code = ToolProvider.systemJavaCompiler.run(null, null, null, '-nowarn', '-cp',
                System.getProperty('java.class.path'), '-d', out.path, file.path)
            assert code == 0
        }
        new URLClassLoader([out.toURI().toURL()] as URL[], getClass().classLoader).loadClass('accessors.Libs')
    }

    /** The blocks that come first, then the rest as Gradle's own script compiler reads it. */
    private void run(Project project, Closure<?> between = { }) {
        File whole = new File(project.projectDir, 'build.gradle')
        String text = whole.text
        int known = early.plugins.size()
        ['buildscript', 'plugins'].each { name ->
            def block = text =~ /(?ms)^${name} (\{.*?^\})/
            if (block.find()) {
                early.take((Closure) new GroovyShell(new Binding(libs: libs)).evaluate('return ' + block.group(1)))
                text = text.substring(0, block.start()) + '\n' * block.group().count('\n') +
                    text.substring(block.end())
            }
        }
        early.plugins.drop(known).findAll { it.apply }.each { project.pluginManager.apply(it.id) }
        between()
        whole.text = '' // or `evaluate` would run it as well
        File rest = new File(project.projectDir, 'rest.gradle')
        rest.text = text
        project.apply(from: rest)
    }
}

/** What is known of one module once it has been evaluated. */
class Module {
    final Project project
    final List<?> variants
    final Object android

    Module(Project project, List<?> variants) {
        this.project = project
        this.variants = variants
        this.android = project.extensions.getByName('android')
    }

    Map facts() {
        [namespace: android.namespace, compileSdk: android.compileSdk, ndk: android.ndkVersion,
         java: android.compileOptions.targetCompatibility.toString(),
         coordinates: "${project.group}:${project.name}:${project.version}".toString(),
         runner: android.defaultConfig.testInstrumentationRunner,
         applicationId: asked { android.defaultConfig.applicationId },
         tested: asked { android.targetProjectPath },
         splitsLanguages: asked { android.bundle.language.enableSplit },
         features: [compose: asked { android.buildFeatures.compose }].findAll { it.value }*.key,
         languages: asked { android.androidResources.localeFilters.toList() },
         explicitApi: asked { project.extensions.getByName('kotlin').explicitApi?.toString() },
         stored: android.androidResources.noCompress.toList(),
         abis: android.defaultConfig.ndk.abiFilters.toList(),
         cmake: [path: local(android.externalNativeBuild.cmake.path), version: android.externalNativeBuild.cmake.version],
         testSources: asked { android.sourceSets.test.kotlin.directories.toList() },
         nativeFolders: android.sourceSets.main.jniLibs.directories.toList(),
         variants: variants.collectEntries { [it.name, variant(it)] },
         signing: android.signingConfigs.findAll { it.name != 'debug' }.collectEntries { one ->
             [one.name, [store: local(one.storeFile), alias: one.keyAlias, password: one.storePassword,
                         keyPassword: one.keyPassword]]
         },
         signed: asked { android.buildTypes.release.signingConfig?.name },
         dependencies: dependencies(), tasks: project.tasks.names.toList(), needs: needs(),
         tests: tests(), publications: publications()]
    }

    private Map variant(Object one) {
        Object build = one.externalNativeBuild
        [minSdk: one.minSdk.apiLevel,
         targetSdk: asked { one.targetSdk.apiLevel },
         code: asked { one.outputs[0].versionCode.get() },
         versionName: asked { one.outputs[0].versionName.get() },
         minified: asked { one.isMinifyEnabled() },
         shrunk: asked { one.shrinkResources },
         rules: asked { one.proguardFiles.get().collect { it.asFile.name } },
         native: build == null ? null : [arguments: build.arguments.get(), targets: build.targets.get().toList(),
                                         abis: android.defaultConfig.ndk.abiFilters.toList()],
         nativeFolders: asked { one.sources.jniLibs.all.get().flatten().collect { local(it.asFile) } }]
    }

    private Map dependencies() {
        ['api', 'implementation', 'compileOnly', 'testImplementation'].collectEntries { name ->
            [name, project.configurations.findByName(name)?.dependencies?.collect {
                "${it.group}:${it.name}:${it.version}".toString()
            }]
        }
    }

    /** The tasks on which the plugin's own depend, as far as they have to do with assets. */
    private Map needs() {
        project.tasks.names.findAll { it ==~ /merge(Debug|Release)Assets/ }.collectEntries { name ->
            Object task = project.tasks.getByName(name)
            [name, task.taskDependencies.getDependencies(task)*.name]
        }
    }

    private Map tests() {
        project.tasks.names.findAll { it ==~ /test(Debug|Release)UnitTest/ }.collectEntries { name ->
            Object task = project.tasks.getByName(name)
            [name, [properties: task.systemProperties.collectEntries { k, v -> [k, v.toString()] },
                    arguments: task.jvmArgs, heap: task.maxHeapSize, log: task.environment.GLOG_v,
                    resources: android.testOptions.unitTests.isIncludeAndroidResources()]]
        }
    }

    private Map publications() {
        PublishingExtension publishing = project.extensions.findByType(PublishingExtension)
        publishing == null ? [:] : publishing.publications.collectEntries { one ->
            [one.name, [coordinates: "${one.groupId}:${one.artifactId}:${one.version}".toString(),
                        name: one.pom.name.getOrNull(), licences: one.pom.licenses*.name*.getOrNull(),
                        variants: one.component.getOrNull()?.usages*.name ?: []]]
        }
    }

    /** Do what a task would do, without what it depends on; the error that it gives, if any. */
    String act(String name) {
        Object task = project.tasks.getByName(name)
        try {
            task.actions.each { it.execute(task) }
            null
        } catch (Exception error) {
            Iterator causes = Stream.iterate(error, { it != null }, { it.cause }).iterator()
            causes.collect { it.message }.join('\n')
        }
    }

    private String local(Object file) {
        file == null ? null : project.rootDir.toPath().relativize(((File) file).toPath()).toString()
    }

    /** The value; null where this kind of module has no such thing. */
    private static Object asked(Closure<?> what) {
        try {
            what()
        } catch (MissingPropertyException | MissingMethodException ignored) {
            null
        }
    }
}

File work = new File(args[0]).canonicalFile
Evaluation.home = new File(work, 'home')
new File(args[1]).canonicalFile.listFiles().sort().each { top ->
    Map told
    try {
        File asked = new File(top, 'actions.txt')
        told = new Evaluation(new File(top, 'android'), work, asked.file ? asked.readLines() : []).facts()
    } catch (Exception | LinkageError | AssertionError error) {
        told = [error: Stream.iterate(error, { it != null }, { it.cause }).iterator()*.toString()]
    }
    new File(work, "${top.name}.json").text = JsonOutput.prettyPrint(JsonOutput.toJson(told))
}
System.exit(0) // Gradle's services keep threads that never end
