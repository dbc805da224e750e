//! What must cross threads natively, and need not in a page: the one place that tells the two apart.

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    use std::future::Future;
    use std::pin::Pin;

    /// `Send` where there are threads; nothing in a page.
    pub trait MaybeSend: Send {}
    impl<T: Send> MaybeSend for T {}

    /// `Sync` where there are threads; nothing in a page.
    pub trait MaybeSync: Sync {}
    impl<T: Sync> MaybeSync for T {}

    /// A boxed future: `Send` where there are threads.
    pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

    /// A boxed stream: `Send` where there are threads.
    #[cfg(feature = "pint")]
    pub type BoxStream<T> = Pin<Box<dyn futures_core::Stream<Item = T> + Send>>;

    pub(crate) type Shared<T> = std::sync::Arc<T>;
    pub(crate) type Weak<T> = std::sync::Weak<T>;
    pub(crate) type Any = Box<dyn std::any::Any + Send>;
    pub(crate) type Function<A, R> = std::sync::Arc<dyn Fn(A) -> R + Send + Sync>;
    pub(crate) type Listener<T> = std::sync::Arc<dyn Fn(&T) + Send + Sync>;
}

#[cfg(target_arch = "wasm32")]
mod platform {
    use std::future::Future;
    use std::pin::Pin;

    /// `Send` where there are threads; nothing in a page.
    pub trait MaybeSend {}
    impl<T> MaybeSend for T {}

    /// `Sync` where there are threads; nothing in a page.
    pub trait MaybeSync {}
    impl<T> MaybeSync for T {}

    /// A boxed future: `Send` where there are threads.
    pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

    /// A boxed stream: `Send` where there are threads.
    #[cfg(feature = "pint")]
    pub type BoxStream<T> = Pin<Box<dyn futures_core::Stream<Item = T>>>;

    pub(crate) type Shared<T> = std::rc::Rc<T>;
    pub(crate) type Weak<T> = std::rc::Weak<T>;
    pub(crate) type Any = Box<dyn std::any::Any>;
    pub(crate) type Function<A, R> = std::rc::Rc<dyn Fn(A) -> R>;
    pub(crate) type Listener<T> = std::rc::Rc<dyn Fn(&T)>;
}

use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "pint")]
pub use platform::BoxStream;
pub(crate) use platform::{Any, Function, Listener, Shared, Weak};
pub use platform::{BoxFuture, MaybeSend, MaybeSync};

/// Locks, also after a panic of another holder: what is behind these locks is whole at every moment.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
