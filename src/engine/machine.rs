//! Where work runs: threads, memory, the folder for what does not fit, and the wish to stop.

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use datafusion::common::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::errors;
use crate::diagnostics::Diagnostic;

/// What a run may use. No answer depends on it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many threads, and into how many parts data is split; at least 1.
    pub partitions: usize,
    /// Rows of a batch; at least 1.
    pub batch: usize,
    /// `--memory`, in bytes.
    pub memory: Option<usize>,
    /// Where to put what does not fit in memory; `None`: the system's folder for temporary files.
    pub scratch: Option<PathBuf>,
    /// Set when the work is to stop.
    pub interrupted: Arc<AtomicBool>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            partitions: std::thread::available_parallelism().map_or(1, usize::from),
            batch: 8192,
            memory: None,
            scratch: None,
            interrupted: Arc::default(),
        }
    }
}

/// Threads, memory and DataFusion's context, for one run.
pub struct Machine {
    settings: Settings,
    runtime: tokio::runtime::Runtime,
    context: SessionContext,
}

impl Machine {
    /// Makes ready to work.
    pub fn new(settings: Settings) -> Result<Machine, Diagnostic> {
        let partitions = settings.partitions.max(1);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(partitions)
            .thread_name(errors::THREADS)
            .enable_all()
            .build()
            .map_err(|_| errors::fault("starting its threads"))?;
        let mut environment = RuntimeEnvBuilder::new();
        if let Some(memory) = settings.memory {
            let top = std::num::NonZeroUsize::new(5).unwrap_or(std::num::NonZeroUsize::MIN);
            environment = environment.with_memory_pool(Arc::new(TrackConsumersPool::new(FairSpillPool::new(memory), top)));
        }
        if let Some(scratch) = &settings.scratch {
            environment = environment.with_disk_manager_builder(
                DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![scratch.clone()])),
            );
        }
        let environment = environment.build_arc().map_err(|error| errors::tell(&error, "starting"))?;
        // With little memory two threads that spill can wait for each other for ever inside DataFusion 55.2 (its issue 24883), so
        // under a limit the pass is one thread's work.
        let threads = if settings.memory.is_some() { 1 } else { partitions };
        let config = SessionConfig::new().with_target_partitions(threads).with_batch_size(settings.batch.max(1));
        let context = SessionContext::new_with_config_rt(config, environment);
        Ok(Machine { settings, runtime, context })
    }

    /// What it may use.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// DataFusion's context: partitions, batch size, memory pool.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// Whether the work is to stop; long loops outside of [`Machine::block_on`] ask now and then.
    pub fn is_interrupted(&self) -> bool {
        self.settings.interrupted.load(Ordering::Relaxed)
    }

    /// Runs work to its end, behind the fence: errors and panics come back as diagnostics, and an interruption ends it within
    /// a moment. `doing` names the work: "reading `events.purchase`".
    pub fn block_on<T: Send + 'static>(
        &self,
        doing: &str,
        work: impl Future<Output = Result<T, DataFusionError>> + Send + 'static,
    ) -> Result<T, Diagnostic> {
        let interrupted = Arc::clone(&self.settings.interrupted);
        let stopped = async move {
            while !interrupted.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let all = async {
            let task = tokio::spawn(work);
            let stop = task.abort_handle();
            tokio::select! {
                done = task => match done {
                    Ok(result) => result.map_err(|error| errors::tell(&error, doing)),
                    Err(_) => Err(errors::fault(doing)),
                },
                () = stopped => {
                    stop.abort();
                    Err(errors::interrupted())
                }
            }
        };
        errors::guard(|| self.runtime.block_on(all), || errors::fault(doing))
    }
}
