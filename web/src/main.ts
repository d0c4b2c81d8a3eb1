import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './app/tokens.css'
