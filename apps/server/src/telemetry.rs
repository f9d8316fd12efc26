//! Logs for people or machines, and traces for a collector.

use std::io::IsTerminal;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use platform::{
    Settings,
    settings::{LogFormat, WrongSetting},
};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

const SERVICE: &str = "nonlinear";
/// Where a collector takes traces, below its base address.
const TRACES_PATH: &str = "/v1/traces";

/// The client of the providers logs what it cannot read: the text of an answer, which is for nobody here.
/// Our own lines say what went wrong, so no setting turns these on.
const PROVIDER_TEXT_OFF: &str = "async_openai=off";

/// Ends with the process: what was not sent yet is sent then.
#[derive(Debug)]
pub(crate) struct Telemetry(Option<SdkTracerProvider>);

pub(crate) fn start(settings: &Settings) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_new(&settings.log.filter);
    let filter = filter
        .map_err(|error| unreadable("log.filter", &error))?
        .add_directive(PROVIDER_TEXT_OFF.parse()?);
    // Standard output is for what a command says; the log goes beside it.
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match settings.log.format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let provider = settings
        .telemetry
        .otlp_endpoint
        .as_deref()
        .map(provider)
        .transpose()?;
    let traces = provider
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer(SERVICE)));
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .with(traces)
        .try_init()?;
    Ok(Telemetry(provider))
}

fn unreadable(name: &str, error: &dyn std::error::Error) -> WrongSetting {
    WrongSetting::new(name, &format!("cannot be used: {error}"))
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, WrongSetting> {
    let endpoint = endpoint.trim_end_matches('/');
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{endpoint}{TRACES_PATH}"))
        .build()
        .map_err(|error| unreadable("telemetry.otlp_endpoint", &error))?;
    Ok(SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(SERVICE).build())
        .with_batch_exporter(exporter)
        .build())
}

impl Telemetry {
    pub(crate) fn stop(self) {
        // A collector that is away must not turn a clean end into a failure.
        if let Some(Err(error)) = self.0.map(|provider| provider.shutdown()) {
            eprintln!("nonlinear: the last traces could not be sent: {error}");
        }
    }
}
