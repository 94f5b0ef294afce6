package dev.iputrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/ARCHITECTURE.md are the only imports allowed. */
@AnalyzeClasses(packages = "dev.iputrace", importOptions = DoNotIncludeTests.class)
class ImportDirectionTest {
    @ArchTest
    static final ArchRule eventImportsNothing = only("event");

    @ArchTest
    static final ArchRule abiImportsEvent = only("abi", "event");

    @ArchTest
    static final ArchRule modelIsPure = classes()
            .that()
            .resideInAPackage("..iputrace.model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "..iputrace.model..", "..iputrace.event..", "java.lang..", "java.util..", "org.jspecify..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule checkImportsModel = only("check", "model", "event");

    /** A simulator that shares code with the model would agree with its bugs. */
    @ArchTest
    static final ArchRule simNeverSeesTheModel = only("sim", "abi", "event");

    /** The explorer brings the two together; the checker is the real one. */
    @ArchTest
    static final ArchRule exploreImportsSimAndCheck = only("explore", "sim", "check", "model", "abi", "event");

    @ArchTest
    static final ArchRule traceImportsAbi = only("trace", "abi", "event");

    @ArchTest
    static final ArchRule agentImportsAbi = only("agent", "abi", "event");

    @ArchTest
    static final ArchRule bccImportsEvent = only("bcc", "event");

    @ArchTest
    static final ArchRule tracefsImportsWhereFieldsAre = only("tracefs", "trace", "abi", "event");

    @ArchTest
    static final ArchRule metricsImportsCheck = only("metrics", "check", "model", "event");

    @ArchTest
    static final ArchRule reportImportsCheck = only("report", "check", "model", "event");

    @ArchTest
    static final ArchRule benchImportsWhatItMeasures =
            only("bench", "agent", "check", "model", "trace", "abi", "event");

    @ArchTest
    static final ArchRule onlyAgentKnowsJna = onlyInside("agent", "com.sun.jna..");

    @ArchTest
    static final ArchRule onlyBccKnowsJnrFfi = onlyInside("bcc", "jnr..");

    @ArchTest
    static final ArchRule onlyCliKnowsPicocli = onlyInside("cli", "picocli..");

    @ArchTest
    static final ArchRule onlyMetricsKnowsMicrometer = onlyInside("metrics", "io.micrometer..", "io.prometheus..");

    @ArchTest
    static final ArchRule nobodyImportsCli = onlyInside("cli", "dev.iputrace.cli..");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.iputrace.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    /** Of our own packages, {@code name} may use itself and {@code others}; libraries are onlyInside's business. */
    private static ArchRule only(String name, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = "dev.iputrace." + name + "..";
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = "dev.iputrace." + others[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage(allowed[0])
                .should()
                .dependOnClassesThat(resideInAPackage("dev.iputrace..").and(resideOutsideOfPackages(allowed)))
                .allowEmptyShould(true);
    }

    private static ArchRule onlyInside(String name, String... libraries) {
        return noClasses()
                .that()
                .resideOutsideOfPackage("dev.iputrace." + name + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .allowEmptyShould(true);
    }
}
